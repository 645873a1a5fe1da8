import { monitorEventLoopDelay } from 'node:perf_hooks'

type Delays = ReturnType<typeof monitorEventLoopDelay>

/** One number about the turns that the event loop took since the last answer. */
export interface DelayStatistic {
  readonly name: 'min' | 'max' | 'mean' | 'stddev' | 'p50' | 'p90' | 'p99'
  /** In seconds. */
  readonly read: () => number
}

const STATISTICS: readonly (readonly [DelayStatistic['name'], (delays: Delays) => number])[] = [
  ['min', ({ min }) => min],
  ['max', ({ max }) => max],
  ['mean', ({ mean }) => mean],
  ['stddev', ({ stddev }) => stddev],
  ['p50', delays => delays.percentile(50)],
  ['p90', delays => delays.percentile(90)],
  ['p99', delays => delays.percentile(99)],
]
const NS_PER_SECOND = 1e9

/** Measures the turns that the event loop takes anyway: it causes no turn. An answer reads each statistic once, in this order. */
export class EventLoopDelay {
  readonly #delays = monitorEventLoopDelay({ samplePerIteration: true })
  // Enabled at once, it would take the first wait for a turn.
  readonly #starting = setImmediate(() => this.#delays.enable())

  get statistics(): readonly DelayStatistic[] {
    return STATISTICS.map(([name, find], index) => ({
      name,
      read: () => this.#read(find, index === STATISTICS.length - 1),
    }))
  }

  close(): void {
    clearImmediate(this.#starting)
    this.#delays.disable()
  }

  #read(find: (delays: Delays) => number, isLast: boolean): number {
    const seconds = this.#delays.count === 0 ? 0 : find(this.#delays) / NS_PER_SECOND
    if (isLast) this.#delays.reset()
    return seconds
  }
}
