// The one contract: a batch flows right, its ack flows left. The ack is the resolved promise of `deliver`.

/** Yields batches when asked, and is told, in the same order, which of them are safe. */
export interface Source<Batch> {
  /** Resolves with the next batch; with undefined once the source has ended or `stop` has fired. */
  next(stop: AbortSignal): Promise<Batch | undefined>
  /** The batch is safe: called in the order in which `next` gave the batches, never for a batch that is not safe. */
  commit(batch: Batch): void | Promise<void>
  /** All that `commit` needs of a batch that is delivered and waits for earlier ones: without its bytes. Default: the batch. */
  toReceipt?(batch: Batch): Batch
}

/** Makes a batch safe. Trying again lives in here. */
export interface Sink<Batch> {
  /**
   * Resolves when every event of the batch is safe.
   * Rejects only when `giveUp` has fired or when trying again can never help.
   */
  deliver(batch: Batch, giveUp: AbortSignal): Promise<void>
}

/** `stop`: take no more, finish what is in flight. `giveUp`: stop waiting for that too. */
export interface Signals {
  readonly stop: AbortSignal
  readonly giveUp: AbortSignal
}
