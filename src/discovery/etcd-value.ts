import { isDeepStrictEqual } from 'node:util'
import { wait } from '../flow/backoff.ts'
import { Variable, type Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { Etcd } from '../etcd/contract.ts'
import { type KeyMirror, openKeyMirror } from '../etcd/key-mirror.ts'
import { ValueFile } from './value-file.ts'

export interface EtcdValueOptions<Value> {
  readonly etcd: Etcd
  /** Of the keys that are followed. */
  readonly prefix: string
  /** The file that remembers. */
  readonly path: string
  readonly log: Log
  /** Before anything is known. */
  readonly initial: Value
  /** What the keys say; a sentence where they say nothing that can be used: the value stays as it is then. */
  readonly read: (entries: ReadonlyMap<string, Buffer>) => Value | { readonly fault: string }
  /** Of what was remembered: undefined where it is no such value. */
  readonly check: (value: unknown) => Value | undefined
}

export interface EtcdValueStatus {
  readonly isLive: boolean
  /** When etcd said so last, in milliseconds since 1970; undefined where it never did. */
  readonly asOfMs: number | undefined
  readonly lastError?: string
}

/** So long etcd has to answer at the start, before what is remembered is used. */
const PATIENCE_MS = 1000
/** While nothing changes: the age is told by what is remembered. */
const REMEMBER_AGAIN_MS = 600_000

/** A value that stands in etcd, and in the state directory for the day on which etcd is away. */
export class EtcdValue<Value extends object> {
  readonly #value: Variable<Value>
  readonly #mirror: KeyMirror
  readonly #options: EtcdValueOptions<Value>
  readonly #remembered: ValueFile<Value>
  readonly #closing = new AbortController()
  readonly #again: NodeJS.Timeout
  /** Of what is remembered, as long as etcd has not answered. */
  #memoryAsOfMs: number | undefined
  #isLoaded = false
  #fault: string | undefined

  constructor(options: EtcdValueOptions<Value>) {
    const { etcd, prefix, path, log, initial, check } = options
    this.#options = options
    this.#value = new Variable(initial)
    this.#mirror = openKeyMirror({ etcd, prefix, log })
    this.#remembered = new ValueFile({ path, about: prefix, check, log })
    this.#again = setInterval(() => void this.#remember(), REMEMBER_AGAIN_MS).unref()
    void this.#follow()
    void this.#recall()
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
      asOfMs: this.#isLoaded ? lastAnswerMs : this.#memoryAsOfMs,
      ...(fault === undefined ? {} : { lastError: fault }),
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#again)
    await this.#remember()
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

  async #recall(): Promise<void> {
    const { signal } = this.#closing
    const memory = await this.#remembered.read()
    await Promise.race([this.#mirror.loaded, wait(PATIENCE_MS, signal)])
    if (this.#isLoaded || signal.aborted || memory === undefined) return
    this.#memoryAsOfMs = memory.asOfMs
    const ageSeconds = Math.round((Date.now() - memory.asOfMs) / 1000)
    const fields = { prefix: this.#options.prefix, ageSeconds }
    this.#options.log.info(fields, 'etcd has not answered yet: going on with what was known last')
    this.#value.set(memory.value)
  }

  #update(): void {
    const { read, prefix, log } = this.#options
    const said = read(this.#mirror.entries.current)
    if ('fault' in said) {
      if (said.fault !== this.#fault)
        log.warn({ prefix, reason: said.fault }, 'etcd has nothing to use there: going on with what was known last')
      this.#fault = said.fault
      return
    }
    this.#fault = undefined
    if (isDeepStrictEqual(said, this.#value.current)) return
    this.#value.set(said)
    void this.#remember()
  }

  /** Only what etcd says now: the age counts from then. */
  async #remember(): Promise<void> {
    if (this.#isLoaded && this.#fault === undefined && this.#mirror.status().state !== 'away')
      await this.#remembered.write(this.#value.current)
  }
}
