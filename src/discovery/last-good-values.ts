import { RateLimit } from '../flow/rate-limit.ts'
import type { Log } from '../telemetry/log.ts'

/** Protects the log from another program that keeps writing bad values. */
const MAX_ERROR_LOGS_PER_MINUTE = 60

interface Seen<Value> {
  readonly bytes: Buffer
  /** The last good value of the key. */
  readonly good: Value | undefined
}

/**
 * Reads the values of keys in etcd. If a value is bad, the last good one of its key stays, and the bad one is logged
 * once.
 */
export class LastGoodValues<Value extends object> {
  readonly #read: (bytes: Buffer, key: string) => Value | { readonly fault: string }
  readonly #log: Log
  readonly #errorLogs = new RateLimit(MAX_ERROR_LOGS_PER_MINUTE)
  #seen: ReadonlyMap<string, Seen<Value>> = new Map()

  constructor(read: (bytes: Buffer, key: string) => Value | { readonly fault: string }, log: Log) {
    this.#read = read
    this.#log = log
  }

  /** The good values now, in the order of their keys. Unchanged values are not read again. */
  update(entries: ReadonlyMap<string, Buffer>): ReadonlyMap<string, Value> {
    const keys = [...entries.keys()].toSorted()
    this.#seen = new Map(keys.map(key => [key, this.#see(key, entries.get(key) ?? Buffer.alloc(0))]))
    return new Map([...this.#seen].flatMap(([key, { good }]) => (good === undefined ? [] : [[key, good]])))
  }

  #see(key: string, bytes: Buffer): Seen<Value> {
    const before = this.#seen.get(key)
    if (before?.bytes.equals(bytes) === true) return before
    const read = this.#read(bytes, key)
    if (!('fault' in read)) return { bytes, good: read }
    const fields = { key: key.slice(0, 300), reason: read.fault, hasEarlier: before?.good !== undefined }
    const level = this.#errorLogs.take() ? 'error' : 'debug'
    this.#log[level](fields, 'cannot use a value in etcd; keeping the earlier one, if any')
    return { bytes, good: before?.good }
  }
}
