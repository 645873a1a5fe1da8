// The start of a TLS connection (RFC 8446): records of u8 type, u16 version, u16 length, bytes; in those of type 22 messages
// of u8 type, u24 length, bytes. The first is a ClientHello: u16 version, 32 random bytes, u8 length, session, u16 length, ciphers,
// u8 length, compressions, u16 length, extensions. An extension: u16 type, u16 length, bytes; ALPN (RFC 7301) has
// u16 length, and for each protocol u8 length, name.

const HANDSHAKE_RECORD = 22
const RECORD_HEADER_BYTES = 5
const CLIENT_HELLO = 1
const MESSAGE_HEADER_BYTES = 4
const VERSION_AND_RANDOM_BYTES = 34
const ALPN = 16
/** Clients send less than two kilobytes. */
export const MAX_HELLO_BYTES = 32 * 1024

/** It is not known yet what a client offers: it takes at least so many more bytes. */
export interface Incomplete {
  readonly missingBytes: number
}

/**
 * The protocols that a client offers by ALPN, as far as these first bytes of it have them. None for bytes that are not a
 * ClientHello: TLS finds out what they are.
 */
export function findOffers(bytes: Buffer): readonly string[] | Incomplete {
  const message = joinRecords(bytes)
  if (message === undefined || (message.length > 0 && message[0] !== CLIENT_HELLO)) return []
  const missingBytes = (message.length < MESSAGE_HEADER_BYTES ? MESSAGE_HEADER_BYTES : sizeOf(message)) - message.length
  if (missingBytes > 0) {
    const readableBytes = MAX_HELLO_BYTES - bytes.length
    return readableBytes > 0 ? { missingBytes: Math.min(missingBytes, readableBytes) } : []
  }
  try {
    return readOffers(message.subarray(MESSAGE_HEADER_BYTES, sizeOf(message)))
  } catch (error) {
    if (error instanceof RangeError) return [] // it ends too early
    throw error
  }
}

function sizeOf(message: Buffer): number {
  return MESSAGE_HEADER_BYTES + message.readUIntBE(1, 3)
}

/**
 * What the whole records and the last, partial one have, up to one that is not of a handshake; undefined where that is the
 * first. An empty one is not: with them a hello could be endless.
 */
function joinRecords(bytes: Buffer): Buffer | undefined {
  const parts: Buffer[] = []
  for (let at = 0; at < bytes.length;) {
    if (bytes[at] !== HANDSHAKE_RECORD) return parts.length === 0 ? undefined : Buffer.concat(parts)
    if (at + RECORD_HEADER_BYTES > bytes.length) break
    const size = bytes.readUInt16BE(at + 3)
    if (size === 0) return undefined
    const end = at + RECORD_HEADER_BYTES + size
    parts.push(bytes.subarray(at + RECORD_HEADER_BYTES, end))
    at = end
  }
  return Buffer.concat(parts)
}

function readOffers(hello: Buffer): readonly string[] {
  let at = VERSION_AND_RANDOM_BYTES
  at += 1 + hello.readUInt8(at)
  at += 2 + hello.readUInt16BE(at)
  at += 1 + hello.readUInt8(at)
  for (at += 2; at < hello.length;) {
    const end = at + 4 + hello.readUInt16BE(at + 2)
    if (hello.readUInt16BE(at) === ALPN) return readNames(hello.subarray(at + 6, end))
    at = end
  }
  return []
}

function readNames(list: Buffer): readonly string[] {
  const names: string[] = []
  for (let at = 0; at < list.length;) {
    const end = at + 1 + list.readUInt8(at)
    names.push(list.toString('latin1', at + 1, end))
    at = end
  }
  return names
}
