import { formatBytes } from '../../flow/format-numbers.ts'
import type { MigrationProgress } from '../../sqlite/schema-versions.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Clock } from '../clock.ts'

const REPORT_AFTER_MS = 5000

interface ConversionOptions {
  readonly path: string
  readonly log: Log
  readonly clock: Clock
}

/** The file is of an earlier version, and large. It is converted once, by the thread; letters wait for it. */
export class LetterConversion {
  readonly #options: ConversionOptions
  readonly #startedMs: number
  #reportedMs: number
  #progress: MigrationProgress

  constructor(options: ConversionOptions, sizeBytes: number) {
    this.#options = options
    this.#startedMs = this.#reportedMs = options.clock.now()
    this.#progress = { doneBytes: 0, totalBytes: sizeBytes }
    const { path, log } = options
    log.info({ path, size: formatBytes(sizeBytes) }, 'converting the dead letters of an earlier version')
  }

  noteProgress(progress: MigrationProgress): void {
    this.#progress = progress
    this.remind()
  }

  /** The last step, which makes the copies durable, takes long and reports no progress. */
  remind(): void {
    const { path, log, clock } = this.#options
    if (clock.now() - this.#reportedMs < REPORT_AFTER_MS) return
    this.#reportedMs = clock.now()
    const { doneBytes, totalBytes } = this.#progress
    const fields = { path, percent: this.#percent, done: formatBytes(doneBytes), total: formatBytes(totalBytes) }
    log.info(fields, 'the dead letters of an earlier version are still being converted')
  }

  end(letters: number): void {
    const { path, log, clock } = this.#options
    const seconds = Math.round((clock.now() - this.#startedMs) / 1000)
    log.info({ path, letters, seconds }, 'converted the dead letters of an earlier version')
  }

  get #percent(): number {
    const { doneBytes, totalBytes } = this.#progress
    return Math.min(99, Math.floor((100 * doneBytes) / Math.max(1, totalBytes)))
  }

  describe(): string {
    return `the dead letters of an earlier version are being converted (${this.#percent} %); events that are refused wait for that`
  }
}
