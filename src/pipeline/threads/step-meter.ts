import type { StepResult, StepWatch } from './served-pipeline.ts'
import type { Progress, StepCounts } from './thread-contract.ts'

/** The time of this one event of many is measured. */
const SAMPLING = 16

/** Counts the steps of one answer, and keeps the shared cell that shows the running one. */
export class StepMeter implements StepWatch {
  readonly #progress: Progress
  readonly #events: Float64Array<ArrayBuffer>
  readonly #failed: Float64Array<ArrayBuffer>
  readonly #dropped: Float64Array<ArrayBuffer>
  readonly #milliseconds: Float64Array<ArrayBuffer>
  /** Steps that run within another one: the inner ones last. */
  readonly #running: number[] = []
  readonly #begunAt: number[] = []
  #isTimed = false
  #last = -1

  constructor(steps: number, progress: Progress) {
    this.#progress = progress
    this.#events = new Float64Array(steps)
    this.#failed = new Float64Array(steps)
    this.#dropped = new Float64Array(steps)
    this.#milliseconds = new Float64Array(steps)
  }

  beginEvent(number: number): void {
    this.#running.length = 0
    this.#begunAt.length = 0
    this.#isTimed = number % SAMPLING === 0
    this.#last = -1
  }

  begin(step: number): void {
    this.#last = step
    this.#running.push(step)
    if (this.#isTimed) this.#begunAt.push(performance.now())
    this.#progress.enterStep(step)
  }

  end(step: number, result: StepResult): void {
    this.#running.pop()
    const begunAt = this.#isTimed ? this.#begunAt.pop() : undefined
    if (begunAt !== undefined) add(this.#milliseconds, step, SAMPLING * (performance.now() - begunAt))
    if (result !== 'skipped') add(this.#events, step, 1)
    if (result === 'failed') add(this.#failed, step, 1)
    this.#progress.enterStep(this.#running.at(-1) ?? -1)
  }

  /** The event was dropped by the last step that began. */
  noteDropped(): void {
    if (this.#last !== -1) add(this.#dropped, this.#last, 1)
  }

  counts(): StepCounts {
    const [events, failed, dropped, milliseconds] = [this.#events, this.#failed, this.#dropped, this.#milliseconds]
    return { events, failed, dropped, milliseconds }
  }
}

function add(numbers: Float64Array, at: number, more: number): void {
  numbers[at] = (numbers[at] ?? 0) + more
}
