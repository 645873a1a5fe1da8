// An event without its line: the bytes that are the same for all lines of a file, made once an origin.
import type { Origin } from '../../flow/line-batch.ts'
import { version } from '../../flow/program-version.ts'
import { EVENT_HEADER_BYTES, TYPE_JSON, TYPE_PAIRS, VERSION_1, VERSION_2 } from './frames.ts'

/** Around the line of a v2 event: `head` offset `jsonMiddle` line `beforeOffset` offset flags `tail`. A byte a character. */
export interface JsonEnvelope {
  readonly head: string
  readonly beforeOffset: string
  readonly tail: string
}

/** Around the line of a v1 event: `head` counted offset, counted `line`, counted line, `tail`. */
export interface PairEnvelope {
  readonly head: Buffer
  readonly tail: Buffer
}

/** What all lines of a file have in common, as JSON, a byte a character. */
export interface EnvelopeTexts {
  readonly fileId: string
  readonly path: string
  readonly host: string
  readonly version: string
  /** An object. */
  readonly fields: string
  /** A string; undefined where the format of the lines is not known. */
  readonly format: string | undefined
}

const ownVersion = JSON.stringify(version)

/** `head` begins with the frame's header, sequence and length left 0. */
export const jsonEnvelopeOf = oncePerOrigin<JsonEnvelope>(({ fileId, path, fields, format }, host) =>
  makeJsonEnvelope({
    fileId: asBytes(JSON.stringify(fileId)),
    path: asBytes(JSON.stringify(path)),
    host: asBytes(JSON.stringify(host)),
    version: ownVersion,
    fields: asBytes(JSON.stringify(fields)),
    format: format === undefined ? undefined : asBytes(JSON.stringify(format)),
  }),
)

export function makeJsonEnvelope(texts: EnvelopeTexts): JsonEnvelope {
  const { fileId, path, host, version: itsVersion, fields, format } = texts
  const members = fields.slice(1, -1)
  const formatMember = format === undefined ? '' : `"format":${format},`
  return {
    head: `${header(VERSION_2, TYPE_JSON).toString('latin1')}{"@metadata":{"_id":${fileId.slice(0, -1)}-`,
    beforeOffset: `","host":{"name":${host}},"log":{"file":{"path":${path}},${formatMember}"offset":`,
    tail: `},"agent":{"type":"forwarder","version":${itsVersion}}${members === '' ? '' : ','}${members}}`,
  }
}

/** Both offsets, the times and the flags: see `jsonMiddle` and `flagMember`. */
export const MAX_VARYING_BYTES = 256

/** At least as many bytes as a frame has besides its line, in either protocol. */
export function boundEnvelopeBytes(origin: Origin, host: string): number {
  const { head, beforeOffset, tail } = jsonEnvelopeOf(origin, host)
  return head.length + beforeOffset.length + tail.length + MAX_VARYING_BYTES
}

/** Pairs in logstash-forwarder's order. A field that is not a string travels as its JSON text. */
export const pairEnvelopeOf = oncePerOrigin<PairEnvelope>(({ path, fields }, host) => {
  const pairs = Object.entries(fields).filter(([, value]) => value !== undefined)
  const texts = pairs.map(([key, value]) => pair(key, typeof value === 'string' ? value : JSON.stringify(value)))
  const start = header(VERSION_1, TYPE_PAIRS)
  start.writeUInt32BE(4 + texts.length, 6)
  return {
    head: Buffer.concat([start, pair('file', path), pair('host', host), counted('offset')]),
    tail: Buffer.concat(texts),
  }
})

/** The header of a run in our own wire form. */
export const runHeaderOf = oncePerOrigin<Buffer>(({ fileId, path, fields, format }, host) =>
  Buffer.from(JSON.stringify({ fileId, path, host, version, fields, format })),
)

export const lineKey = counted('line')

/** The bytes between an id's offset and the line, in protocol 2. */
export function jsonMiddle(timeMs: number, doubtfulSinceMs: number | undefined, nanos = 0): string {
  return `${jsonDoubt(doubtfulSinceMs)}"@timestamp":"${formatTime(timeMs, nanos)}","message":"`
}

/** The bytes between an id's offset and `@timestamp`. */
export function jsonDoubt(doubtfulSinceMs: number | undefined): string {
  return doubtfulSinceMs === undefined ? '"},' : `","doubtful":${doubtfulSinceMs}},`
}

/** ISO 8601 with milliseconds, or with nanoseconds where there are any. */
export function formatTime(timeMs: number, nanos: number): string {
  const text = new Date(timeMs).toISOString()
  return nanos === 0 ? text : `${text.slice(0, -1)}${String(nanos).padStart(6, '0')}Z`
}

function oncePerOrigin<Parts>(make: (origin: Origin, host: string) => Parts): (origin: Origin, host: string) => Parts {
  const cache = new WeakMap<Origin, { readonly host: string; readonly parts: Parts }>()
  return (origin, host) => {
    const known = cache.get(origin)
    if (known?.host === host) return known.parts
    const parts = make(origin, host)
    cache.set(origin, { host, parts })
    return parts
  }
}

/** Text as its UTF-8 bytes, a byte a character: writing it as latin1 gives those bytes. */
function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1')
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
