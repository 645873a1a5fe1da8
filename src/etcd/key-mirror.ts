import { Backoff, type BackoffLimits, wait } from '../flow/backoff.ts'
import { reasonOf } from '../flow/error-reason.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import { type Etcd, EtcdError, type KeyChange, type KeyValue } from './contract.ts'
import { Availability, type AvailabilityStatus } from './availability.ts'

export interface KeyMirrorOptions {
  readonly etcd: Etcd
  readonly prefix: string
  readonly log: Log
  /** Between attempts. Default: 0.5 s to 30 s. */
  readonly backoff?: BackoffLimits
  /** Called when there is more than fits into memory, before the keys are listed again. Must not reject. */
  readonly onTooMuch?: () => Promise<void>
}

const MESSAGES = {
  away: 'cannot follow the keys in etcd; continuing with the last known state',
  back: 'following the keys in etcd again',
}

const BACKOFF: BackoffLimits = { firstMs: 500, maxMs: 30_000 }
/** After a connection that lasted this long, the next failure starts with short waits again. */
const STEADY_MS = 10_000

/**
 * The keys under a prefix as etcd has them or, while it is away, as they were last known. Never waits for etcd and never
 * throws: it retries until it is closed.
 */
export class KeyMirror {
  readonly #options: KeyMirrorOptions
  readonly #content: Content
  readonly #entries: Variable<ReadonlyMap<string, Buffer>>
  readonly #loaded = Promise.withResolvers<void>()
  readonly #closing = new AbortController()
  readonly #availability: Availability
  readonly #backoff: Backoff
  readonly #ended: Promise<void>

  constructor(options: KeyMirrorOptions) {
    const { prefix, log, backoff = BACKOFF } = options
    this.#options = options
    this.#content = new Content(prefix)
    this.#entries = new Variable<ReadonlyMap<string, Buffer>>(this.#content.map)
    this.#availability = new Availability({ fields: { prefix }, log, ...MESSAGES })
    this.#backoff = new Backoff(backoff)
    this.#ended = this.#run()
  }

  /** One map that changes in place: copy what must stay. Listeners are called after each change of the keys. */
  get entries(): Watched<ReadonlyMap<string, Buffer>> {
    return this.#entries
  }

  /** Resolves when the keys have been read for the first time, or when the mirror is closed before that. */
  get loaded(): Promise<void> {
    return this.#loaded.promise
  }

  status(): AvailabilityStatus {
    return this.#availability.status
  }

  async close(): Promise<void> {
    this.#closing.abort()
    await this.#ended
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing
    while (!signal.aborted) {
      await this.#follow().catch(error => this.#noteFailure(error))
      await wait(this.#backoff.nextMs(), signal)
    }
    this.#loaded.resolve()
  }

  async #follow(): Promise<void> {
    const { etcd, prefix } = this.#options
    const { signal } = this.#closing
    const { entries, revision } = await etcd.list(prefix)
    if (signal.aborted) return
    if (this.#content.replace(entries)) this.#entries.set(this.#content.map)
    this.#loaded.resolve()
    for await (const changes of etcd.watch(prefix, revision, signal)) {
      this.#availability.noteLive()
      if (this.#content.apply(changes)) this.#entries.set(this.#content.map)
    }
  }

  async #noteFailure(error: unknown): Promise<void> {
    if (this.#closing.signal.aborted) return
    const { prefix, log, onTooMuch } = this.#options
    const code = error instanceof EtcdError ? error.code : undefined
    if (this.#availability.liveForMs() >= STEADY_MS) this.#backoff.reset()
    if (code === 'compacted') log.info({ prefix, reason: reasonOf(error) }, 'listing the keys in etcd again')
    else this.#availability.noteAway(error)
    if (code === 'too_much') await onTooMuch?.()
  }
}

/** Both protect memory from a prefix that was filled by mistake, or by someone who may write there. */
const MAX_KEYS = 50_000
const MAX_BYTES = 64 * 1024 * 1024

/** Rejects more than can be held in memory: `bytes` are those of keys and values. */
export function checkAmount(prefix: string, keys: number, bytes: number): void {
  if (keys <= MAX_KEYS && bytes <= MAX_BYTES) return
  throw new EtcdError(
    'too_much',
    `there are more than ${MAX_KEYS} keys or 64 MiB under ${prefix} in etcd (${keys} keys and ${bytes} bytes were read): is it the right prefix?`,
  )
}

/** Keys and values, changed in place; both methods return whether anything changed. */
class Content {
  readonly map = new Map<string, Buffer>()
  readonly #prefix: string
  #bytes = 0

  constructor(prefix: string) {
    this.#prefix = prefix
  }

  replace(listed: readonly KeyValue[]): boolean {
    const there = new Set(listed.map(({ key }) => key))
    const gone = [...this.map.keys()].filter(key => !there.has(key))
    // Deletions first: old and new keys together may exceed the limits.
    return this.apply([...gone.map(key => ({ key, value: undefined })), ...listed])
  }

  apply(changes: readonly KeyChange[]): boolean {
    let isChanged = false
    for (const { key, value } of changes) {
      const before = this.map.get(key)
      if (value === undefined ? before === undefined : before?.equals(value) === true) continue
      isChanged = true
      this.#bytes += sizeOf(key, value) - sizeOf(key, before)
      if (value === undefined) this.map.delete(key)
      else this.map.set(key, value)
      checkAmount(this.#prefix, this.map.size, this.#bytes)
    }
    return isChanged
  }
}

function sizeOf(key: string, value: Buffer | undefined): number {
  return value === undefined ? 0 : key.length + value.length
}
