import { zstdDecompressSync } from 'node:zlib'
import { makeInflatedSizeError } from './inflate.ts'
import { ProtocolError } from './protocol-error.ts'
import { MAX_RUNS_BYTES } from './run-format.ts'

// A zstd frame (RFC 8878): u32 magic, u8 descriptor, [u8 window,] [dictionary,] [size of the content,] blocks, [u32 checksum].
// A block: 24 bits, little-endian: 1 is last, 2 type, 21 size; then its bytes.

const MAGIC = Buffer.from('28b52ffd', 'hex')
const DESCRIPTOR_AT = 4
const HAS_CHECKSUM = 4
const RESERVED = 8
const IS_SINGLE_SEGMENT = 32
const MIN_WINDOW_LOG = 10
const BLOCK_HEADER_BYTES = 3
const CHECKSUM_BYTES = 4
const BLOCK_RLE = 1
const BLOCK_RESERVED = 3

/**
 * The size of the content of a zstd frame, as its header announces it. Throws ProtocolError unless the bytes are one frame,
 * whole and alone, whose content has at most `limitBytes` and MAX_RUNS_BYTES. Nothing is inflated for that.
 */
export function measureZstdFrame(frame: Buffer, limitBytes: number): number {
  const descriptor = readDescriptor(frame)
  const isSingle = (descriptor & IS_SINGLE_SEGMENT) !== 0
  const size = readSize(frame, descriptor)
  const limit = Math.min(limitBytes, MAX_RUNS_BYTES)
  if (size.value > limit) throw makeInflatedSizeError(frame.length, limit)
  if (!isSingle && readWindow(frame[DESCRIPTOR_AT + 1] as number) > MAX_RUNS_BYTES)
    throw broken(frame, `its window is larger than ${MAX_RUNS_BYTES} bytes`)
  const checksumBytes = (descriptor & HAS_CHECKSUM) === 0 ? 0 : CHECKSUM_BYTES
  if (passBlocks(frame, size.end) + checksumBytes !== frame.length) throw broken(frame, 'it is cut short, or not alone')
  return size.value
}

/** The bytes are one zstd frame, and nothing else. */
export function isWholeZstdFrame(bytes: Buffer): boolean {
  try {
    measureZstdFrame(bytes, Infinity)
    return true
  } catch (error) {
    if (error instanceof ProtocolError) return false
    throw error
  }
}

/** `size`: as it was measured. */
export function inflateZstdFrame(frame: Buffer, size: number): Buffer {
  try {
    return zstdDecompressSync(frame, { maxOutputLength: Math.max(1, size), chunkSize: Math.max(64, size) })
  } catch (cause) {
    throw broken(frame, (cause as Error).message, { cause })
  }
}

function readDescriptor(frame: Buffer): number {
  if (!frame.subarray(0, MAGIC.length).equals(MAGIC)) throw broken(frame, 'it begins with other bytes')
  const descriptor = frame[DESCRIPTOR_AT]
  if (descriptor === undefined) throw broken(frame, 'it is cut short')
  if ((descriptor & RESERVED) !== 0) throw broken(frame, 'its header is of a later version')
  if ((descriptor & 3) !== 0) throw broken(frame, 'it needs a dictionary')
  return descriptor
}

/** The announced size, and where the blocks begin. */
function readSize(frame: Buffer, descriptor: number): { readonly value: number; readonly end: number } {
  const isSingle = (descriptor & IS_SINGLE_SEGMENT) !== 0
  const at = DESCRIPTOR_AT + (isSingle ? 1 : 2)
  const kind = descriptor >>> 6
  if (kind === 0 && !isSingle) throw broken(frame, 'it does not announce the size of its content')
  const end = at + (1 << kind)
  if (frame.length < end) throw broken(frame, 'it is cut short')
  if (kind === 0) return { value: frame[at] as number, end }
  if (kind === 1) return { value: frame.readUInt16LE(at) + 256, end }
  const high = kind === 2 ? 0 : frame.readUInt32LE(at + 4)
  return { value: frame.readUInt32LE(at) + high * 2 ** 32, end }
}

function readWindow(byte: number): number {
  const base = 2 ** (MIN_WINDOW_LOG + (byte >>> 3))
  return base + (base / 8) * (byte & 7)
}

/** Where the last block ends. */
function passBlocks(frame: Buffer, start: number): number {
  let at = start
  for (let isLast = false; !isLast;) {
    if (at + BLOCK_HEADER_BYTES > frame.length) throw broken(frame, 'it is cut short')
    const header = frame.readUIntLE(at, BLOCK_HEADER_BYTES)
    const type = (header >>> 1) & 3
    if (type === BLOCK_RESERVED) throw broken(frame, 'it has a block of an unknown type')
    isLast = (header & 1) === 1
    at += BLOCK_HEADER_BYTES + (type === BLOCK_RLE ? 1 : header >>> 3)
  }
  return at
}

function broken(frame: Buffer, reason: string, options?: ErrorOptions): ProtocolError {
  const message = `a frame of ${frame.length} bytes of runs is not a zstd frame as it should be: ${reason}`
  return new ProtocolError('bad_compression', message, options)
}
