// The one contract: a batch flows right, its ack flows left. The ack is the resolved promise of `deliver`.

/** Gives batches when it is asked, and commits them in the same order once they are safe. */
export interface Source<Batch> {
  /** Resolves with the next batch, or with undefined once the source has ended or `stop` has fired. */
  next(stop: AbortSignal): Promise<Batch | undefined>
  /** The batch is safe. Called in the order in which `next` gave the batches, never for a batch that is not safe. */
  commit(batch: Batch): void | Promise<void>
  /** What `commit` needs of a delivered batch while it waits for earlier ones, without the bytes. Default: the batch. */
  toReceipt?(batch: Batch): Batch
}

/** Makes a batch safe, with all retries that this takes. */
export interface Sink<Batch> {
  /**
   * Resolves when every event of the batch is safe.
   * Rejects only when `giveUp` has fired or when a retry can never help.
   */
  deliver(batch: Batch, giveUp: AbortSignal): Promise<void>
}

/** `stop`: take no more batches, finish those in flight. `giveUp`: stop waiting for those too. */
export interface Signals {
  readonly stop: AbortSignal
  readonly giveUp: AbortSignal
}
