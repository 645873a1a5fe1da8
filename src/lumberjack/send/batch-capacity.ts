import { Variable } from '../../flow/watched-value.ts'

/** Batches that are being encoded and compressed while as many windows as allowed wait for their acks. */
const BATCHES_IN_PREPARATION = 2
/** Connections that wait for their last acks, for each that takes batches, whose windows count as room for others. */
const MAX_WAITING_PER_TAKING = 4

/** Suspected events for which more is read: what proves the refusal, and must not wait for it, may be behind them. */
const MAX_SUSPECTS = 32

/** How many batches the connections have use for. */
export class Capacity {
  readonly batches: Variable<number>
  #windowsInFlight: number
  /** Connections that take batches, and those that only wait for their last acks. */
  #taking = 0
  #waiting = 0
  #suspects = 0

  constructor(windowsInFlight: number) {
    this.#windowsInFlight = windowsInFlight
    this.batches = new Variable(this.#measure())
  }

  setWindowsInFlight(windowsInFlight: number): void {
    this.#windowsInFlight = windowsInFlight
    this.batches.set(this.#measure())
  }

  /** Events that may be refused; each holds up its batch, and nothing else. */
  noteSuspects(count: number): void {
    if (count === this.#suspects) return
    this.#suspects = count
    this.batches.set(this.#measure())
  }

  noteConnected(): void {
    this.#note(1, 0)
  }

  noteRetired(): void {
    this.#note(-1, 1)
  }

  noteEnded(isRetired: boolean): void {
    if (isRetired) this.#note(0, -1)
    else this.#note(-1, 0)
  }

  #note(taking: number, waiting: number): void {
    this.#taking += taking
    this.#waiting += waiting
    this.batches.set(this.#measure())
  }

  /**
   * Connections that only wait for their last acks hold batches that must not starve the others; but a list that changes all the
   * time can leave many of them behind, and they must not fill the memory.
   */
  #measure(): number {
    const taking = Math.max(1, this.#taking)
    const waiting = Math.min(this.#waiting, MAX_WAITING_PER_TAKING * taking)
    const suspects = Math.min(this.#suspects, MAX_SUSPECTS)
    return taking * (this.#windowsInFlight + BATCHES_IN_PREPARATION) + waiting * this.#windowsInFlight + suspects
  }
}
