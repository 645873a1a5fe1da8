import { join } from 'node:path'
import type { Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import { formatAddress } from '../flow/host-port.ts'
import { readPublishedAddress } from './published-address.ts'
import type { Etcd } from '../etcd/contract.ts'
import { EtcdValue, type EtcdValueStatus } from './etcd-value.ts'
import { LastGoodValues } from './last-good-values.ts'

export interface StoreHostsOptions {
  readonly etcd: Etcd
  /** Such as `/elasticsearch/host`. */
  readonly key: string
  readonly stateDir: string
  readonly log: Log
}

export interface StoreHosts {
  /** Base addresses, without a slash at the end; empty where none is known. */
  readonly hosts: Watched<readonly string[]>
  status(): EtcdValueStatus
  close(): Promise<void>
}

const PORT = 9200
/** Both protect from a key that was written by mistake. */
const LONGEST_BYTES = 64 * 1024
const MOST_HOSTS = 100

/** Follows the addresses of a store; while etcd is away, or the key is gone, those that were known last. */
export function watchStoreHosts({ etcd, key, stateDir, log }: StoreHostsOptions): StoreHosts {
  const values = new LastGoodValues(readStoreHosts, log)
  const followed = new EtcdValue<readonly string[]>({
    etcd,
    prefix: key,
    path: join(stateDir, 'store-hosts.json'),
    log,
    initial: [],
    read(entries) {
      const bytes = entries.get(key)
      const read = values.update(bytes === undefined ? new Map() : new Map([[key, bytes]]))
      return read.get(key) ?? { fault: `${key} holds no address of a store` }
    },
    check: value => {
      const read = Array.isArray(value) ? readList(value) : undefined
      return read === undefined || 'fault' in read ? undefined : read
    },
  })
  return { hosts: followed.value, status: () => followed.status(), close: () => followed.close() }
}

/** `es1`, `es1:9201`, `https://es1:9200`, several of them, or a JSON list; a sentence where it is none of these. */
export function readStoreHosts(bytes: Buffer): readonly string[] | { readonly fault: string } {
  if (bytes.length > LONGEST_BYTES) return { fault: `it has ${bytes.length} bytes; ${LONGEST_BYTES} are the most` }
  const text = bytes.toString().trim()
  if (!text.startsWith('[')) return readList(text.split(/[\s,]+/).filter(part => part !== ''))
  if (/^\[[0-9a-f:]+\](?::\d+)?$/i.test(text)) return readList([text])
  try {
    return readList(JSON.parse(text) as unknown[])
  } catch {
    return { fault: 'it begins as a JSON list and is none; expected is one such as ["http://es1:9200"]' }
  }
}

function readList(parts: readonly unknown[]): readonly string[] | { readonly fault: string } {
  if (parts.length === 0) return { fault: 'it is empty; expected is the address of a store such as "http://es1:9200"' }
  if (parts.length > MOST_HOSTS) return { fault: `it has ${parts.length} addresses; ${MOST_HOSTS} are the most` }
  const hosts = new Set<string>()
  for (const part of parts) {
    const host =
      typeof part === 'string' ? readOne(part.trim()) : { fault: 'there is something else than a text in it' }
    if (typeof host !== 'string') return host
    hosts.add(host)
  }
  return [...hosts]
}

function readOne(text: string): string | { readonly fault: string } {
  // Not shown: it may be a password.
  if (text.includes('@'))
    return {
      fault: 'there is a user or password in an address; they belong into the configuration, with "passwordFile"',
    }
  if (!text.includes('://')) {
    const place = readPublishedAddress(text, PORT)
    return place === undefined ? { fault: `${show(text)} is no host` } : `http://${formatAddress(place)}`
  }
  const url = URL.parse(text)
  if (url === null || !/^https?:$/.test(url.protocol))
    return { fault: `${show(text)} is no http:// or https:// address` }
  if (url.search !== '' || url.hash !== '') return { fault: `${show(text)} goes on with ? or #; leave that out` }
  return text.replace(/\/+$/, '')
}

function show(text: string): string {
  return JSON.stringify(text.length > 100 ? `${text.slice(0, 100)}…` : text)
}
