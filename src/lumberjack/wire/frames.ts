// The Lumberjack protocol, versions 1 and 2. A frame is two bytes, version digit and type letter, then:
//
//   W window      u32 count                                    how many events follow
//   D pairs       u32 sequence, u32 pairs, then per pair: u32 length, key, u32 length, value
//   J JSON        u32 sequence, u32 length, payload            one JSON document in UTF-8
//   C compressed  u32 length, payload                          zlib (RFC 1950) of whole frames
//   R runs        u32 length, payload                          one zstd frame (RFC 8878) of runs; only in our own wire form
//   A ack         u32 sequence                                 the only frame from the reader to the writer
//
// All numbers are big-endian. There is no greeting, no farewell and no refusal: an error is a closed connection.

export type Protocol = 1 | 2

/** What ALPN calls our own wire form: protocol 2, and R frames. */
export const OWN_WIRE_FORM = 'forwarder/1'

export const VERSION_1 = 0x31
export const VERSION_2 = 0x32
export const TYPE_WINDOW = 0x57
export const TYPE_PAIRS = 0x44
export const TYPE_JSON = 0x4a
export const TYPE_COMPRESSED = 0x43
export const TYPE_RUNS = 0x52
export const TYPE_ACK = 0x41

/** Bytes of a window frame, of an ack frame, and of a compressed frame or one of runs before its payload. */
export const SHORT_FRAME_BYTES = 6
/** Bytes of a D or J frame before its pairs or its payload. */
export const EVENT_HEADER_BYTES = 10

/** The most that a reader lets a writer announce or send; each protects the reader's memory. */
export interface FrameLimits {
  /** Events in one window. */
  readonly windowEvents: number
  /** Bytes of the payload of one compressed frame, as it is on the wire. */
  readonly frameBytes: number
  /** Bytes of one event: the payload of a J frame, or everything after the header of a D frame. */
  readonly eventBytes: number
  /** Members of objects and elements of arrays of one event, in all; pairs of protocol 1. */
  readonly eventMembers: number
  /** Bytes of one compressed frame once inflated. */
  readonly inflatedBytes: number
}

export const defaultFrameLimits: FrameLimits = {
  windowEvents: 10_000,
  frameBytes: 32 * 1024 * 1024,
  eventBytes: 16 * 1024 * 1024,
  eventMembers: 100_000,
  inflatedBytes: 64 * 1024 * 1024,
}

export function versionByte(protocol: Protocol): number {
  return protocol === 1 ? VERSION_1 : VERSION_2
}

export function encodeWindowFrame(protocol: Protocol, count: number): Buffer {
  return encodeShortFrame(protocol, TYPE_WINDOW, count)
}

/** Confirms all events up to `sequence`; 0 means only that the reader is alive. */
export function encodeAck(protocol: Protocol, sequence: number): Buffer {
  return encodeShortFrame(protocol, TYPE_ACK, sequence)
}

export function encodeCompressedHeader(protocol: Protocol, byteCount: number): Buffer {
  return encodeShortFrame(protocol, TYPE_COMPRESSED, byteCount)
}

/** Before the payload of an R frame, which has `byteCount` bytes. */
export function encodeRunsHeader(byteCount: number): Buffer {
  return encodeShortFrame(2, TYPE_RUNS, byteCount)
}

function encodeShortFrame(protocol: Protocol, type: number, value: number): Buffer {
  const frame = Buffer.allocUnsafe(SHORT_FRAME_BYTES)
  frame[0] = versionByte(protocol)
  frame[1] = type
  frame.writeUInt32BE(value, 2)
  return frame
}
