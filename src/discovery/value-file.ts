import { dirname } from 'node:path'
import { makePrivateDirectory } from '../disk/private-directory.ts'
import { readBounded } from '../disk/private-file.ts'
import { writeWholeFile } from '../disk/whole-file.ts'
import { isRecord } from '../flow/json.ts'
import { reasonOf } from '../flow/reason.ts'
import type { Log } from '../telemetry/log.ts'

export interface ValueFileOptions<Value> {
  readonly path: string
  /** What it is about; what was remembered of something else is not used. */
  readonly about: string
  /** Undefined where it is not one. */
  readonly check: (value: unknown) => Value | undefined
  readonly log: Log
}

export interface Memory<Value> {
  readonly value: Value
  /** When it was true last, in milliseconds since 1970. */
  readonly asOfMs: number
}

const MOST_BYTES = 4 * 1024 * 1024

/** The last good answer, kept in the state directory for the day on which nobody answers. */
export class ValueFile<Value> {
  readonly #options: ValueFileOptions<Value>
  #next: Memory<Value> | undefined
  #writing: Promise<void> | undefined
  #isFailing = false

  constructor(options: ValueFileOptions<Value>) {
    this.#options = options
  }

  /** Never rejects: a file that can't be used is logged, and as good as none. */
  async read(): Promise<Memory<Value> | undefined> {
    const { path, log } = this.#options
    try {
      const text = await readBounded(path, MOST_BYTES)
      if (text === undefined) return undefined
      return this.#check(JSON.parse(text))
    } catch (error) {
      log.warn({ path, reason: reasonOf(error) }, 'what was remembered can not be read: going on without it')
      return undefined
    }
  }

  #check(content: unknown): Memory<Value> | undefined {
    if (!isRecord(content)) throw new Error('it is not a JSON object')
    const { about, asOf, value } = content
    if (about !== this.#options.about) return undefined
    const asOfMs = Date.parse(String(asOf))
    const checked = this.#options.check(value)
    if (checked === undefined || Number.isNaN(asOfMs)) throw new Error('it holds something else than was written there')
    return { value: checked, asOfMs }
  }

  /** Of what comes while a write is under way only the last is written. Never rejects; resolves when all is written. */
  async write(value: Value): Promise<void> {
    this.#next = { value, asOfMs: Date.now() }
    this.#writing ??= this.#writeAll().finally(() => (this.#writing = undefined))
    await this.#writing
  }

  async #writeAll(): Promise<void> {
    const { path, about, log } = this.#options
    for (let memory = this.#next; memory !== undefined; memory = this.#next) {
      this.#next = undefined
      const content = { about, asOf: new Date(memory.asOfMs).toISOString(), value: memory.value }
      try {
        makePrivateDirectory(dirname(path))
        await writeWholeFile(path, `${JSON.stringify(content)}\n`)
        this.#isFailing = false
      } catch (error) {
        const reason = reasonOf(error)
        if (!this.#isFailing) log.error({ path, reason }, 'what is to be remembered can not be written')
        this.#isFailing = true
      }
    }
  }
}
