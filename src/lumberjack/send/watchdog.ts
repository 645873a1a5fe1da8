/** Calls `bite` when nobody has restarted or stopped it for `limitMs`. */
export class Watchdog {
  readonly #limitMs: number
  readonly #bite: () => void
  #timer: NodeJS.Timeout | undefined

  constructor(limitMs: number, bite: () => void) {
    this.#limitMs = limitMs
    this.#bite = bite
  }

  restart(): void {
    if (this.#timer === undefined) this.#timer = setTimeout(this.#bite, this.#limitMs)
    else this.#timer.refresh()
  }

  stop(): void {
    clearTimeout(this.#timer)
    this.#timer = undefined
  }
}
