import { join } from 'node:path'
import type { Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import { formatAddress } from '../flow/host-port.ts'
import { readPublishedAddress } from './parse-published-address.ts'
import type { Etcd } from '../etcd/contract.ts'
import { EtcdValue, type EtcdValueStatus } from './saved-etcd-value.ts'
import { LastGoodValues } from './last-good-values.ts'

export interface StoreHostsOptions {
  readonly etcd: Etcd
  /** Such as `/elasticsearch/host`. */
  readonly key: string
  readonly stateDir: string
  /** Without it only `https://` addresses are used: a writer of etcd must not get a secret, nor choose plain text. */
  readonly allowsPlainText: boolean
  readonly log: Log
}

export interface StoreHosts {
  /** Base addresses, without a slash at the end; empty if none is known. */
  readonly hosts: Watched<readonly string[]>
  status(): EtcdValueStatus
  close(): Promise<void>
}

const DEFAULT_PORT = 9200
/** Both protect from a key that was written by mistake. */
const MAX_VALUE_BYTES = 64 * 1024
const MAX_HOSTS = 100

/** Follows the addresses of a store; while etcd is away, or the key is missing, the last known ones stay. */
export function watchStoreHosts({ etcd, key, stateDir, allowsPlainText, log }: StoreHostsOptions): StoreHosts {
  const readHosts = (bytes: Buffer) => orPlainTextFault(readStoreHosts(bytes), allowsPlainText)
  const values = new LastGoodValues(readHosts, log)
  const followed = new EtcdValue<readonly string[]>({
    etcd,
    prefix: key,
    path: join(stateDir, 'store-hosts.json'),
    log,
    initial: [],
    waiting: "waiting for the store's hosts",
    read(entries) {
      const bytes = entries.get(key)
      const read = values.update(bytes === undefined ? new Map() : new Map([[key, bytes]]))
      return read.get(key) ?? { fault: `${key} has no address of a store` }
    },
    check: value => {
      const read = Array.isArray(value) ? orPlainTextFault(readList(value), allowsPlainText) : undefined
      return read === undefined || 'fault' in read ? undefined : read
    },
  })
  return { hosts: followed.value, status: () => followed.status(), close: () => followed.close() }
}

/** Accepts `es1`, `es1:9201`, `https://es1:9200`, several of them, or a JSON list. */
export function readStoreHosts(bytes: Buffer): ReadHosts {
  if (bytes.length > MAX_VALUE_BYTES)
    return { fault: `it has ${bytes.length} bytes; at most ${MAX_VALUE_BYTES} are allowed` }
  const text = bytes.toString().trim()
  if (!text.startsWith('[')) return readList(text.split(/[\s,]+/).filter(part => part !== ''))
  if (/^\[[0-9a-f:]+\](?::\d+)?$/i.test(text)) return readList([text])
  try {
    return readList(JSON.parse(text) as unknown[])
  } catch {
    return { fault: 'it begins like a JSON list but is not one; expected a list such as ["http://es1:9200"]' }
  }
}

type ReadHosts = readonly string[] | { readonly fault: string }

function orPlainTextFault(read: ReadHosts, allowsPlainText: boolean): ReadHosts {
  if (allowsPlainText || 'fault' in read) return read
  const plain = read.find(host => !host.startsWith('https://'))
  if (plain === undefined) return read
  return {
    fault: `${show(plain)} is plain text, and the store has a secret, a certificate or "ca": write https:// there, or set "allowPlainHosts" in "store"`,
  }
}

function readList(parts: readonly unknown[]): ReadHosts {
  if (parts.length === 0) return { fault: 'it is empty; expected the address of a store such as "http://es1:9200"' }
  if (parts.length > MAX_HOSTS) return { fault: `it has ${parts.length} addresses; at most ${MAX_HOSTS} are allowed` }
  const hosts = new Set<string>()
  for (const part of parts) {
    const host = typeof part === 'string' ? readOne(part.trim()) : { fault: 'it has an element that is not text' }
    if (typeof host !== 'string') return host
    hosts.add(host)
  }
  return [...hosts]
}

function readOne(text: string): string | { readonly fault: string } {
  // Not shown: it may be a password.
  if (text.includes('@'))
    return {
      fault: 'an address has a user or password; they belong in the configuration, with "passwordFile"',
    }
  if (!text.includes('://')) {
    const place = readPublishedAddress(text, DEFAULT_PORT)
    return place === undefined ? { fault: `${show(text)} is not a host` } : `http://${formatAddress(place)}`
  }
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    return { fault: `${show(text)} is not an http:// or https:// address` }
  if (url.search !== '' || url.hash !== '') return { fault: `${show(text)} has a ? or #; leave out that part` }
  return text.replace(/\/+$/, '').replace(/^https?:/i, scheme => scheme.toLowerCase())
}

function show(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
