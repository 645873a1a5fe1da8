import { Bell } from '../../flow/wake-up-bell.ts'
import type { Delivery } from './queue/delivery-queue.ts'
import type { Protocol } from '../wire/frames.ts'
import { LinkError } from './servers/link-error.ts'

/** One window of one connection: being prepared, or on the wire. */
export interface WindowInFlight {
  readonly delivery: Delivery
  /** Events that were confirmed before; the window begins after them. */
  readonly from: number
  /** The number of events that its W frame announces. */
  readonly count: number
  /** W, then the events, ready for the socket; empty once they are written. */
  frames: Promise<readonly Buffer[]>
  isSent: boolean
  /** When it was sent, in milliseconds of the monotonic clock. */
  sentAtMs: number
}

/** What an ack meant; a window: it is complete. */
export type AckMeaning = 'keepalive' | 'progress' | 'nothing new' | WindowInFlight

/** The windows of one connection in the order of sending, which is the order of their acks. */
export class WindowsInFlight {
  /** Rings when a window has come or gone. */
  readonly changed = new Bell()
  readonly #protocol: Protocol
  readonly #windows: WindowInFlight[] = []

  constructor(protocol: Protocol) {
    this.#protocol = protocol
  }

  get length(): number {
    return this.#windows.length
  }

  get sentCount(): number {
    return this.#windows.filter(window => window.isSent).length
  }

  /** Of the window whose ack is due next; undefined while none is due. */
  get oldestSentAtMs(): number | undefined {
    const [window] = this.#windows
    return window?.isSent === true ? window.sentAtMs : undefined
  }

  add(window: WindowInFlight): void {
    this.#windows.push(window)
    this.changed.ring()
  }

  /** Undefined while there is none, or while the next one, or the one on the wire, is to be alone there. */
  nextUnsent(): WindowInFlight | undefined {
    const [oldest] = this.#windows
    const next = this.#windows.find(window => !window.isSent)
    if (next === undefined || oldest?.isSent !== true) return next
    return [oldest, next].some(({ delivery }) => delivery.suspicion.isAlone) ? undefined : next
  }

  drop(window: WindowInFlight): void {
    const index = this.#windows.indexOf(window)
    if (index !== -1 && !window.isSent) this.#remove(index)
  }

  has(window: WindowInFlight): boolean {
    return this.#windows.includes(window)
  }

  takeUnsent(): Delivery[] {
    return this.#windows.splice(this.sentCount).map(window => window.delivery)
  }

  takeAll(): WindowInFlight[] {
    return this.#windows.splice(0)
  }

  /**
   * Takes an ack for the oldest window on the wire, and returns that window when it is complete. Throws a LinkError for an ack
   * of events that were never sent. Numbers may repeat or fall, as some servers let them: that takes nothing back.
   */
  acknowledge(sequence: number): AckMeaning {
    if (sequence === 0) return 'keepalive'
    const [window] = this.#windows
    if (window === undefined || !window.isSent)
      throw new LinkError('protocol', `the server acked event ${sequence} of a window, but no window waits for an ack`)
    if (sequence > window.count)
      throw new LinkError('protocol', `the server acked event ${sequence} of a window of ${window.count}`)
    if (sequence < window.count) return this.#acknowledgePart(window, sequence)
    this.#remove(0)
    return window
  }

  #acknowledgePart(window: WindowInFlight, sequence: number): AckMeaning {
    if (this.#protocol === 1)
      throw new LinkError(
        'protocol',
        `the server acked ${sequence} of ${window.count} events: protocol 1 has one ack a window`,
      )
    const confirmed = window.from + sequence
    if (confirmed <= window.delivery.confirmed) return 'nothing new'
    window.delivery.confirmed = confirmed
    return 'progress'
  }

  #remove(index: number): void {
    this.#windows.splice(index, 1)
    this.changed.ring()
  }
}
