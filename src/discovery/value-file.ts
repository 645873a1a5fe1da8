import { dirname } from 'node:path'
import { makePrivateDirectory } from '../disk/private-directory.ts'
import { readBounded } from '../disk/private-file.ts'
import { writeWholeFile } from '../disk/whole-file.ts'
import { isRecord } from '../flow/is-record.ts'
import { reasonOf } from '../flow/error-reason.ts'
import type { Log } from '../telemetry/log.ts'

export interface ValueFileOptions<Value> {
  readonly path: string
  /** The origin of the value. A file with a value of another origin is ignored. */
  readonly about: string
  /** Undefined unless it is such a value. */
  readonly check: (value: unknown) => Value | undefined
  readonly log: Log
}

export interface SavedValue<Value> {
  readonly value: Value
  /** When it was last known to be true, in milliseconds since 1970. */
  readonly asOfMs: number
}

const MAX_BYTES = 4 * 1024 * 1024

/** The last good value, kept in the state directory for the time when its source is away. */
export class ValueFile<Value> {
  readonly #options: ValueFileOptions<Value>
  #next: SavedValue<Value> | undefined
  #writing: Promise<void> | undefined
  #isFailing = false

  constructor(options: ValueFileOptions<Value>) {
    this.#options = options
  }

  /** Never rejects: an unusable file is logged and ignored. */
  async read(): Promise<SavedValue<Value> | undefined> {
    const { path, log } = this.#options
    try {
      const text = await readBounded(path, MAX_BYTES)
      if (text === undefined) return undefined
      return this.#check(JSON.parse(text))
    } catch (error) {
      log.warn({ path, reason: reasonOf(error) }, 'cannot read the saved value; continuing without it')
      return undefined
    }
  }

  #check(content: unknown): SavedValue<Value> | undefined {
    if (!isRecord(content)) throw new Error('it is not a JSON object')
    const { about, asOf, value } = content
    if (about !== this.#options.about) return undefined
    const asOfMs = Date.parse(String(asOf))
    const checked = this.#options.check(value)
    if (checked === undefined || Number.isNaN(asOfMs)) throw new Error('it does not hold such a value')
    return { value: checked, asOfMs }
  }

  /**
   * Of the values that arrive during a write, only the last is written. Never rejects; resolves when all is written.
   */
  async write(value: Value): Promise<void> {
    this.#next = { value, asOfMs: Date.now() }
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    for (let memory = this.#next; memory !== undefined; memory = this.#next) {
      this.#next = undefined
      await this.#writeOne(memory)
    }
  }

  async #writeOne({ value, asOfMs }: SavedValue<Value>): Promise<void> {
    const { path, about, log } = this.#options
    const content = { about, asOf: new Date(asOfMs).toISOString(), value }
    try {
      makePrivateDirectory(dirname(path))
      await writeWholeFile(path, `${JSON.stringify(content)}\n`)
      this.#isFailing = false
    } catch (error) {
      if (!this.#isFailing) log.error({ path, reason: reasonOf(error) }, 'cannot save the value')
      this.#isFailing = true
    }
  }
}
