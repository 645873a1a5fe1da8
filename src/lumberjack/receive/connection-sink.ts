import type { Holder } from '../../flow/byte-holder.ts'
import type { Sink } from '../../flow/contract.ts'
import { freeBytes } from '../../flow/free-bytes.ts'
import type { ConnectionWindows } from './join-repeated-windows.ts'
import type { ReceivedBatch } from './receiver-contract.ts'
import type { ReceiverContext } from './receiver-context.ts'

interface SinkParts {
  readonly context: ReceiverContext
  readonly windows: ConnectionWindows
  readonly holder: Holder
  /** Called before a batch is given up because others need its memory. */
  readonly onGiveWay: () => void
  /** A batch was not delivered. */
  readonly onFailure: (error: unknown) => void
}

/** Events were held in memory that others needed. */
export class GaveWayError extends Error {
  override readonly name = 'GaveWayError'
  readonly code = 'gave_way'

  constructor() {
    super('events waited for the store for long, and others needed their memory: their client has to send them again')
  }
}

/** The sink of one connection: each of its batches holds its memory until it is over. */
export class ConnectionSink implements Sink<ReceivedBatch> {
  readonly #parts: SinkParts

  constructor(parts: SinkParts) {
    this.#parts = parts
  }

  async deliver(batch: ReceivedBatch, giveUp: AbortSignal): Promise<void> {
    const { holder, onGiveWay, onFailure } = this.#parts
    const over = new AbortController()
    const abandon = () => over.abort(giveUp.reason)
    const giveWay = () => {
      over.abort(new GaveWayError())
      onGiveWay()
    }
    if (giveUp.aborted) abandon()
    giveUp.addEventListener('abort', abandon)
    const copiedBytes = batch.poison.reduce((sum, { payload }) => sum + payload.length, 0)
    const held = holder.hand(batch.heldBytes, { giveWay, isRepeated: batch.protocol === 2, copiedBytes })
    try {
      await this.#deliver({ ...batch, holdMore: held.holdMore }, over.signal)
      freeEvents(batch)
    } catch (error) {
      onFailure(error)
      throw error
    } finally {
      giveUp.removeEventListener('abort', abandon)
      held.giveBack()
    }
  }

  async #deliver(batch: ReceivedBatch, giveUp: AbortSignal): Promise<void> {
    const { context, windows } = this.#parts
    const { sink, counts } = context
    if (batch.events.length + batch.poison.length === 0) return
    // It is not kept for as long as the window that it joins, if it is given up before.
    let kept: ReceivedBatch | undefined = batch
    const start = async () => {
      if (kept === undefined) return giveUp.throwIfAborted()
      counts.events += kept.events.length
      counts.poisonEvents += kept.poison.length
      await sink.deliver(kept, giveUp)
    }
    if (batch.joinKey === undefined) return await start()
    const { delivered, isJoined } = windows.deliver(batch.joinKey, start)
    if (!isJoined) return await delivered
    counts.windowsJoined++
    const { promise: givenUp, reject } = Promise.withResolvers<never>()
    giveUp.addEventListener('abort', () => reject(giveUp.reason))
    await Promise.race([delivered, givenUp]).finally(() => (kept = undefined))
  }
}

/** A sink that has resolved does not use the events any more; one that has rejected may still be sending them. */
function freeEvents({ events, poison }: ReceivedBatch): void {
  for (const { bytes } of events) freeBytes(bytes)
  for (const { payload } of poison) freeBytes(payload)
}
