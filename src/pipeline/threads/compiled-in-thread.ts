import { reasonOf } from '../../flow/error-reason.ts'
import { OperatorFiles } from './operator-files.ts'
import type { CompileServed, ServedPipeline } from './served-pipeline.ts'

/** Files are looked at between two requests, but not more often. */
const LOOK_EVERY_MS = 5000

interface Parts {
  readonly written: unknown
  readonly compile: CompileServed
  /** A file has changed: it is in use, or there is a reason why the earlier content still is. */
  readonly onChange: (path: string, fault: string | undefined) => void
  readonly now?: () => number
}

/** The pipeline of a thread, which is compiled again when a file of it has changed. The last usable one stays in use. */
export class CompiledInThread {
  readonly #parts: Parts
  readonly #now: () => number
  #files = new OperatorFiles()
  #pipeline: ServedPipeline
  #lookedAtMs: number

  /** Throws where it cannot be compiled. */
  constructor(parts: Parts) {
    this.#parts = parts
    this.#now = parts.now ?? (() => performance.now())
    this.#pipeline = parts.compile(parts.written, this.#files.host)
    this.#lookedAtMs = this.#now()
  }

  get current(): ServedPipeline {
    return this.#pipeline
  }

  /** Looks at the files, if the last look was long ago. */
  look(): void {
    if (this.#now() - this.#lookedAtMs < LOOK_EVERY_MS) return
    this.#lookedAtMs = this.#now()
    const changed = this.#files.findChanged()
    if (changed !== undefined) this.#parts.onChange(changed, this.#compileAgain())
  }

  /** The reason where it cannot be done. */
  #compileAgain(): string | undefined {
    const files = new OperatorFiles()
    try {
      this.#pipeline = this.#parts.compile(this.#parts.written, files.host)
      this.#files = files
      return undefined
    } catch (error) {
      this.#files.noteSeen()
      return reasonOf(error)
    }
  }
}
