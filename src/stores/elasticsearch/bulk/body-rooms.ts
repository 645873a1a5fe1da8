import { freeBytes } from '../../../flow/free-bytes.ts'

/** More are not in use at a time, unless the server is slow; then time does not count. */
const MAX_SPARE_ROOMS = 3
const MAX_SPARE_BYTES = 4 * 1024 * 1024
/** Bodies differ in size: a room is for the next one, too. */
const STEP_BYTES = 256 * 1024
const IDLE_MS = 5000

/**
 * Memory for the bodies of requests, which is used again. As garbage, some hundred bytes for each event would make V8 look
 * through the whole heap many times a second.
 */
export class BodyRooms {
  readonly #spare: Buffer[] = []
  #idle: NodeJS.Timeout | undefined

  /** At least `size` bytes, with anything in them. */
  take(size: number): Buffer {
    const index = this.#spare.findIndex(room => room.length >= size)
    const [found] = index === -1 ? [] : this.#spare.splice(index, 1)
    return found ?? Buffer.allocUnsafeSlow(Math.ceil(size / STEP_BYTES) * STEP_BYTES)
  }

  /** The room is not used any more. */
  give(room: Buffer): void {
    if (room.length > MAX_SPARE_BYTES || this.#spare.length >= MAX_SPARE_ROOMS) return freeBytes(room)
    this.#spare.push(room)
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#free(), IDLE_MS).unref()
  }

  #free(): void {
    for (const room of this.#spare.splice(0)) freeBytes(room)
  }
}
