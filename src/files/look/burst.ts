import { readFileSync } from 'node:fs'

/** Linux drops what its queue has no room for, and libuv drops the event that it puts there instead. */
const QUEUE_LIMIT = '/proc/sys/fs/inotify/max_queued_events'
const DEFAULT_QUEUED_EVENTS = 16_384

/** Counts what the watches report in one turn of the loop: if that may be a full queue, something may be missing. */
export class Burst {
  readonly #onOverflow: () => void
  readonly #limit = readQueueLimit() / 2
  #count = 0

  constructor(onOverflow: () => void) {
    this.#onOverflow = onOverflow
  }

  count(): void {
    // A queue is read in one turn, in which nothing that was set for its end comes before.
    if (this.#count++ === 0) setImmediate(() => this.#endTurn())
  }

  #endTurn(): void {
    if (this.#count >= this.#limit) this.#onOverflow()
    this.#count = 0
  }
}

function readQueueLimit(): number {
  try {
    return Number(readFileSync(QUEUE_LIMIT, 'latin1')) || DEFAULT_QUEUED_EVENTS
  } catch {
    return DEFAULT_QUEUED_EVENTS // another system, whose looks do not rely on this
  }
}
