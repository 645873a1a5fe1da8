// The bytes of an event that are the same for all lines of a file, made once an origin.
import { version } from '../flow/version.ts'
import type { Origin } from '../flow/lines.ts'
import { type Protocol, EVENT_HEADER_BYTES, TYPE_JSON, TYPE_PAIRS, VERSION_1, VERSION_2 } from './frames.ts'

/**
 * What stands around the places where the offset and the line go:
 * - protocol 2: `head` offset `jsonMiddle` line `beforeOffset` offset flags `tail`
 * - protocol 1: `head` length and digits of the offset, `pairMiddle`, length and bytes of the line, `tail`
 */
export interface EventParts {
  readonly head: Buffer
  readonly tail: Buffer
  /** Protocol 2 only. */
  readonly beforeOffset: Buffer
}

const agent = JSON.stringify({ type: 'forwarder', version })
const nothing = Buffer.alloc(0)

/** `line` as a key, which in protocol 1 stands between the offset and the line. */
export const pairMiddle = counted('line')

const cache: Record<Protocol, WeakMap<Origin, { readonly host: string; readonly parts: EventParts }>> = {
  1: new WeakMap(),
  2: new WeakMap(),
}

/** The constant bytes of events of `origin`; `head` begins with the frame's header, sequence and length left 0. */
export function partsOf(origin: Origin, host: string, protocol: Protocol): EventParts {
  const known = cache[protocol].get(origin)
  if (known?.host === host) return known.parts
  const parts = protocol === 1 ? pairParts(origin, host) : jsonParts(origin, host)
  cache[protocol].set(origin, { host, parts })
  return parts
}

/** What goes between an id's offset and the line, in protocol 2. */
export function jsonMiddle(timeMs: number, doubtfulSinceMs: number | undefined): Buffer {
  const doubtful = doubtfulSinceMs === undefined ? '' : `,"doubtful":${doubtfulSinceMs}`
  return Buffer.from(`"${doubtful}},"@timestamp":"${new Date(timeMs).toISOString()}","message":"`)
}

function jsonParts({ fileId, path, fields }: Origin, host: string): EventParts {
  const members = JSON.stringify(fields).slice(1, -1)
  return {
    head: Buffer.concat([header(VERSION_2, TYPE_JSON), Buffer.from(`{"@metadata":{"_id":"${fileId}-`)]),
    beforeOffset: Buffer.from(
      `","host":{"name":${JSON.stringify(host)}},"log":{"file":{"path":${JSON.stringify(path)}},"offset":`,
    ),
    tail: Buffer.from(`},"agent":${agent}${members === '' ? '' : ','}${members}}`),
  }
}

/** Pairs in logstash-forwarder's order. A field that is no string travels as its JSON text. */
function pairParts({ path, fields }: Origin, host: string): EventParts {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined)
  const texts = pairs.map(([key, value]) => pair(key, typeof value === 'string' ? value : JSON.stringify(value)))
  const count = header(VERSION_1, TYPE_PAIRS)
  count.writeUInt32BE(4 + texts.length, 6)
  return {
    head: Buffer.concat([count, pair('file', path), pair('host', host), counted('offset')]),
    beforeOffset: nothing,
    tail: Buffer.concat(texts),
  }
}

function header(digit: number, type: number): Buffer {
  const bytes = Buffer.alloc(EVENT_HEADER_BYTES)
  bytes[0] = digit
  bytes[1] = type
  return bytes
}

function pair(key: string, value: string): Buffer {
  return Buffer.concat([counted(key), counted(value)])
}

function counted(text: string): Buffer {
  const bytes = Buffer.from(text)
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
