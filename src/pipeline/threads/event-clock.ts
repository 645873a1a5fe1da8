import type { Place } from './thread-contract.ts'

/** A tick of the main thread; an event is over its limit when it was the same for so many. */
export const TICKS_PER_LIMIT = 10
/** So much of the limit has to be CPU time of the thread: it is read up to two ticks after the event began. */
const CPU_SHARE = 0.8
/** An event that waits, for a disk for instance, uses no CPU time: so many times the limit are too long anyway. */
const WAITING_FACTOR = 10

/**
 * How long a thread has been at one event. A thread that does not get a core for a second does not hang, and a machine
 * that slept is not a thread that hangs: so the CPU time of the thread is measured, and ticks are counted.
 */
export class EventClock {
  readonly #limitMs: number
  #event = ''
  #ticks = 0
  #firstCpuMs: number | undefined
  #lastCpuMs = 0

  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** The event that the thread is at; true where the CPU time of the thread is wanted. */
  tick(place: Place | undefined): boolean {
    const event = place === undefined ? '' : keyOf(place)
    this.#ticks = event === this.#event ? this.#ticks + 1 : 0
    if (event !== this.#event) this.#firstCpuMs = undefined
    this.#event = event
    return place !== undefined
  }

  /** The thread has used so much CPU time since its start; it was asked for at this event. */
  noteCpu(place: Place, cpuMs: number): void {
    if (keyOf(place) !== this.#event) return
    this.#firstCpuMs ??= cpuMs
    this.#lastCpuMs = cpuMs
  }

  get isOver(): boolean {
    if (this.#event === '' || this.#ticks < TICKS_PER_LIMIT) return false
    const usedMs = this.#firstCpuMs === undefined ? 0 : this.#lastCpuMs - this.#firstCpuMs
    return usedMs >= CPU_SHARE * this.#limitMs || this.#ticks >= WAITING_FACTOR * TICKS_PER_LIMIT
  }
}

function keyOf({ request, event }: Place): string {
  return `${request} ${event}`
}
