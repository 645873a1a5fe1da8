/** Steps of one look: each decompresses a few MiB at most. */
const MAX_STEPS = 32
/** Finished jobs for each step: most of them read a few KiB. */
const JOBS_PER_STEP = 32

/** To be done between two reads, when no batch is made. */
export interface Settle {
  /** From then on an archive is open and read. */
  readonly isReading: boolean
  readonly run: () => void | Promise<void>
}

/** Yields between two steps. */
export type Job = AsyncGenerator<void, Settle>

interface Waiting {
  readonly start: () => Job
  readonly isUrgent: boolean
}

/** Work on archives that takes long: beside the reading of files, in steps, and a limited number of them at each look. */
export class ArchiveJobs {
  readonly #waiting: Waiting[] = []
  readonly #settles: Settle[] = []
  #current: Job | undefined

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#current === undefined && this.#settles.length === 0
  }

  /** Urgent ones come first. */
  add(start: () => Job, isUrgent: boolean): void {
    const at = isUrgent ? this.#waiting.findIndex(job => !job.isUrgent) : -1
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, { start, isUrgent })
  }

  /** At most `maxReading` archives more are opened to be read, but for the urgent ones. Returns false where nothing was done. */
  async work(maxReading: number): Promise<boolean> {
    let effort = 0
    while (effort < MAX_STEPS) {
      this.#current ??= this.#takeNext(maxReading)
      if (this.#current === undefined) break
      const { done, value } = await this.#current.next()
      effort += done === true ? 1 / JOBS_PER_STEP : 1
      if (done !== true) continue
      this.#current = undefined
      this.#settles.push(value)
    }
    return effort > 0
  }

  async settle(): Promise<void> {
    for (let next = this.#settles.shift(); next !== undefined; next = this.#settles.shift()) await next.run()
  }

  async close(): Promise<void> {
    await this.#current?.return({ isReading: false, run: () => {} })
    await this.settle()
  }

  #takeNext(maxReading: number): Job | undefined {
    const [next] = this.#waiting
    const isAllowed = next?.isUrgent === true || this.#settles.filter(settle => settle.isReading).length < maxReading
    return isAllowed ? this.#waiting.shift()?.start() : undefined
  }
}
