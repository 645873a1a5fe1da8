import { type HostAndPort, formatAddress } from '../flow/host-port.ts'
import { isRecord } from '../flow/is-record.ts'
import { reasonOf } from '../flow/error-reason.ts'
import { readPublishedAddress } from './parse-published-address.ts'

/** A collector's own description: the JSON under `<prefix>/collectors/<name>`. */
export interface CollectorEntry extends HostAndPort {
  readonly zone?: string
  /** Its share relative to the other collectors; more than 0. */
  readonly weight: number
  /** The version of forwarder. */
  readonly version: string
  /** Of its certificate, in hexadecimal digits. */
  readonly serial?: string
  /** When it registered, in milliseconds since 1970. */
  readonly sinceMs: number
}

/** An entry, or the reason why it is refused. */
export type ParsedEntry = CollectorEntry | { readonly fault: string }

/** Each protects the agents from an entry that was written by mistake or by another program. */
const MAX_ENTRY_BYTES = 8192
const MAX_TEXT_CHARACTERS = 255
const MAX_WEIGHT = 1_000_000

export function encodeEntry({ host, port, zone, weight, version, serial, sinceMs }: CollectorEntry): string {
  const since = new Date(sinceMs).toISOString()
  return JSON.stringify({ address: formatAddress({ host, port }), zone, weight, version, serial, since })
}

/** Strict about the fields that are used; ignores others, which a later version may add. */
export function readEntry(bytes: Buffer): ParsedEntry {
  if (bytes.length > MAX_ENTRY_BYTES)
    return { fault: `it has ${bytes.length} bytes; an entry has at most ${MAX_ENTRY_BYTES}` }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch (error) {
    return { fault: `it is not JSON: ${reasonOf(error)}` }
  }
  if (!isRecord(value)) return { fault: 'it is not a JSON object' }
  return readFields(value)
}

function readFields({
  address,
  zone,
  weight = 1,
  version,
  serial,
  since,
}: Readonly<Record<string, unknown>>): ParsedEntry {
  const place = typeof address === 'string' ? readPublishedAddress(address, 0) : undefined
  if (place === undefined) return { fault: `"address" is ${show(address)}; expected "host:port"` }
  if (typeof weight !== 'number' || !(weight > 0) || weight > MAX_WEIGHT)
    return { fault: `"weight" is ${show(weight)}; expected a number above 0 and at most ${MAX_WEIGHT}` }
  if (zone !== undefined && !isText(zone)) return { fault: `"zone" is ${show(zone)}; expected a short text` }
  if (!isText(version)) return { fault: `"version" is ${show(version)}; expected a short text` }
  if (serial !== undefined && !(isText(serial) && /^[0-9A-Fa-f]+$/.test(serial)))
    return { fault: `"serial" is ${show(serial)}; expected hexadecimal digits` }
  const sinceMs = typeof since === 'string' && isText(since) ? Date.parse(since) : Number.NaN
  if (Number.isNaN(sinceMs)) return { fault: `"since" is ${show(since)}; expected a time such as 2026-01-31T12:00:00Z` }
  const optional = { ...(zone === undefined ? {} : { zone }), ...(serial === undefined ? {} : { serial }) }
  return { ...place, weight, version, sinceMs, ...optional }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_TEXT_CHARACTERS
}

const MAX_QUOTE_CHARACTERS = 60

function show(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > MAX_QUOTE_CHARACTERS ? `${text.slice(0, MAX_QUOTE_CHARACTERS)}…` : text
}
