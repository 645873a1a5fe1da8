import { Quota } from '../flow/quota.ts'
import type { Log } from '../telemetry/log.ts'

/** Of bad values that are told loudly: somebody may go on for ever. */
const MOST_A_MINUTE = 60

interface Seen<Value> {
  readonly bytes: Buffer
  /** The last good one of the key. */
  readonly good: Value | undefined
}

/** What keys of etcd mean: where a value can't be read its key's last good one stays, and each bad value is told once. */
export class LastGoodValues<Value extends object> {
  readonly #read: (bytes: Buffer, key: string) => Value | { readonly fault: string }
  readonly #log: Log
  readonly #loud = new Quota(MOST_A_MINUTE)
  #seen: ReadonlyMap<string, Seen<Value>> = new Map()

  constructor(read: (bytes: Buffer, key: string) => Value | { readonly fault: string }, log: Log) {
    this.#read = read
    this.#log = log
  }

  /** The good values now, in the order of their keys. What did not change is not read again. */
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
    const level = this.#loud.take() ? 'error' : 'debug'
    this.#log[level](fields, 'a value in etcd can not be used: the earlier one stays, where there was one')
    return { bytes, good: before?.good }
  }
}
