import { type HostAndPort, formatAddress } from '../flow/host-port.ts'
import { isRecord } from '../flow/json.ts'
import { reasonOf } from '../flow/reason.ts'
import { readPublishedAddress } from './published-address.ts'

/** What a collector says of itself: the JSON under `<prefix>/collectors/<name>`. */
export interface CollectorEntry extends HostAndPort {
  readonly zone?: string
  /** Its share, against those of the others; more than 0. */
  readonly weight: number
  /** Of forwarder. */
  readonly version: string
  /** Of its certificate: hexadecimal digits. */
  readonly serial?: string
  /** When it registered, in milliseconds since 1970. */
  readonly sinceMs: number
}

/** An entry, or a sentence that says what is wrong with it. */
export type ParsedEntry = CollectorEntry | { readonly fault: string }

/** Each protects the agents from an entry that was written by mistake or by somebody else. */
const LONGEST_ENTRY_BYTES = 8192
const LONGEST_TEXT = 255
const HEAVIEST = 1_000_000

export function encodeEntry({ host, port, zone, weight, version, serial, sinceMs }: CollectorEntry): string {
  const since = new Date(sinceMs).toISOString()
  return JSON.stringify({ address: formatAddress({ host, port }), zone, weight, version, serial, since })
}

/** Strict about what is used, and silent about fields that a later version may add. */
export function readEntry(bytes: Buffer): ParsedEntry {
  if (bytes.length > LONGEST_ENTRY_BYTES)
    return { fault: `it has ${bytes.length} bytes; an entry has ${LONGEST_ENTRY_BYTES} at most` }
  let value: unknown
  try {
    value = JSON.parse(bytes.toString())
  } catch (error) {
    return { fault: `it is no JSON: ${reasonOf(error)}` }
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
  if (place === undefined) return { fault: `"address" is ${show(address)}; expected is "host:port"` }
  if (typeof weight !== 'number' || !(weight > 0) || weight > HEAVIEST)
    return { fault: `"weight" is ${show(weight)}; expected is a number above 0 and up to ${HEAVIEST}` }
  if (zone !== undefined && !isText(zone)) return { fault: `"zone" is ${show(zone)}; expected is a short text` }
  if (!isText(version)) return { fault: `"version" is ${show(version)}; expected is a short text` }
  if (serial !== undefined && !(isText(serial) && /^[0-9A-Fa-f]+$/.test(serial)))
    return { fault: `"serial" is ${show(serial)}; expected are hexadecimal digits` }
  const sinceMs = typeof since === 'string' && isText(since) ? Date.parse(since) : Number.NaN
  if (Number.isNaN(sinceMs))
    return { fault: `"since" is ${show(since)}; expected is a time such as 2026-01-31T12:00:00Z` }
  const optional = { ...(zone === undefined ? {} : { zone }), ...(serial === undefined ? {} : { serial }) }
  return { ...place, weight, version, sinceMs, ...optional }
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT
}

const LONGEST_QUOTE = 60

function show(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value)
  return text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE)}…` : text
}
