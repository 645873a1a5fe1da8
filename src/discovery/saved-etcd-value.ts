import { isDeepStrictEqual } from 'node:util'
import { within } from '../flow/backoff.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { Etcd } from '../etcd/contract.ts'
import { KeyMirror } from '../etcd/key-mirror.ts'
import { ValueFile } from './value-file.ts'

export interface EtcdValueOptions<Value> {
  readonly etcd: Etcd
  readonly prefix: string
  /** The file that keeps the last good value. */
  readonly path: string
  readonly log: Log
  /** The value until anything is known. */
  readonly initial: Value
  /** Logged where the keys are unusable and nothing is known: `waiting for …`. */
  readonly waiting: string
  /** Makes the value from the keys, or returns the reason why they are unusable: the value stays as it is then. */
  readonly read: (entries: ReadonlyMap<string, Buffer>) => Value | { readonly fault: string }
  /** Checks the content of the file: undefined unless it is such a value. */
  readonly check: (value: unknown) => Value | undefined
}

export interface EtcdValueStatus {
  readonly isLive: boolean
  /** When etcd last confirmed the value, in milliseconds since 1970; undefined if it never did. */
  readonly asOfMs: number | undefined
  readonly lastError?: string
}

/** How long etcd has to answer at start before the saved value is used. */
const FIRST_ANSWER_TIMEOUT_MS = 1000
/** The file has the age of the value, so it is written even while nothing changes. */
const SAVE_INTERVAL_MS = 600_000

/** A value that is kept in etcd, with a copy in the state directory for the time when etcd is away. */
export class EtcdValue<Value extends object> {
  readonly #value: Variable<Value>
  readonly #mirror: KeyMirror
  readonly #options: EtcdValueOptions<Value>
  readonly #file: ValueFile<Value>
  readonly #closing = new AbortController()
  readonly #saveTimer: NodeJS.Timeout
  /** The age of the saved value, until etcd has answered. */
  #savedAsOfMs: number | undefined
  #isLoaded = false
  #fault: string | undefined

  constructor(options: EtcdValueOptions<Value>) {
    const { etcd, prefix, path, log, initial, check } = options
    this.#options = options
    this.#value = new Variable(initial)
    this.#mirror = new KeyMirror({ etcd, prefix, log })
    this.#file = new ValueFile({ path, about: prefix, check, log })
    this.#saveTimer = setInterval(() => void this.#save(), SAVE_INTERVAL_MS).unref()
    void this.#follow()
    void this.#useSaved()
  }

  get value(): Watched<Value> {
    return this.#value
  }

  status(): EtcdValueStatus {
    const { state, sinceMs, lastError } = this.#mirror.status()
    const fault = lastError ?? this.#fault
    const lastAnswerMs = state === 'away' ? sinceMs : Date.now()
    return {
      isLive: state === 'live',
      asOfMs: this.#isLoaded ? lastAnswerMs : this.#savedAsOfMs,
      ...(fault === undefined ? {} : { lastError: fault }),
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#saveTimer)
    await this.#save()
    this.#closing.abort()
    await this.#mirror.close()
  }

  async #follow(): Promise<void> {
    await this.#mirror.loaded
    if (this.#closing.signal.aborted) return
    this.#isLoaded = true
    this.#update()
    this.#mirror.entries.onChange(() => this.#update())
  }

  async #useSaved(): Promise<void> {
    const { signal } = this.#closing
    const saved = await this.#file.read()
    await within(FIRST_ANSWER_TIMEOUT_MS, this.#mirror.loaded, signal)
    if (this.#isLoaded || signal.aborted || saved === undefined) return
    this.#savedAsOfMs = saved.asOfMs
    const ageSeconds = Math.round((Date.now() - saved.asOfMs) / 1000)
    const fields = { prefix: this.#options.prefix, ageSeconds }
    this.#options.log.info(fields, 'etcd has not answered yet; continuing with the last known state')
    this.#value.set(saved.value)
  }

  #update(): void {
    const { read } = this.#options
    const found = read(this.#mirror.entries.current)
    if ('fault' in found) {
      this.#noteFault(found.fault)
      return
    }
    this.#fault = undefined
    if (isDeepStrictEqual(found, this.#value.current)) return
    this.#value.set(found)
    void this.#save()
  }

  #noteFault(fault: string): void {
    if (fault === this.#fault) return
    this.#fault = fault
    const { initial, prefix, log, waiting } = this.#options
    const fields = { prefix, reason: fault }
    if (this.#value.current === initial) log.info(fields, waiting)
    else log.warn(fields, 'cannot use the keys in etcd; continuing with the last known state')
  }

  /** Only while etcd confirms the value: its age counts from the write. */
  async #save(): Promise<void> {
    if (this.#isLoaded && this.#fault === undefined && this.#mirror.status().state !== 'away')
      await this.#file.write(this.#value.current)
  }
}
