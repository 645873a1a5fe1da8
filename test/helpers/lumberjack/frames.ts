import { deflateSync } from 'node:zlib'
import { type Protocol, encodeWindowFrame, encodeCompressedHeader } from '../../../src/lumberjack/wire/frames.ts'

// Frames written plainly, to compare with: nothing here is shared with the encoder but the six-byte ones.

export function jsonFrame(sequence: number, payload: string | Buffer, digit = '2'): Buffer {
  const bytes = Buffer.from(payload)
  return Buffer.concat([Buffer.from(`${digit}J`), u32(sequence), u32(bytes.length), bytes])
}

export function pairsFrame(sequence: number, pairs: readonly (readonly [string, string | Buffer])[]): Buffer {
  const parts = pairs.flatMap(([key, value]) => [counted(key), counted(value)])
  return Buffer.concat([Buffer.from('1D'), u32(sequence), u32(pairs.length), ...parts])
}

export function compressedFrame(protocol: Protocol, ...frames: readonly Buffer[]): Buffer {
  const deflated = deflateSync(Buffer.concat(frames))
  return Buffer.concat([encodeCompressedHeader(protocol, deflated.length), deflated])
}

export function windowOf(protocol: Protocol, ...frames: readonly Buffer[]): Buffer {
  return Buffer.concat([encodeWindowFrame(protocol, frames.length), ...frames])
}

/** As logstash-forwarder writes it: one C frame with all events, and numbers that continue. */
export function forwarderWindow(first: number, lines: readonly string[]): Buffer {
  const frames = lines.map((line, i) =>
    pairsFrame(first + i, [
      ['file', '/var/log/app.log'],
      ['host', 'web1'],
      ['offset', String(i * 10)],
      ['line', line],
      ['type', 'app'],
    ]),
  )
  return Buffer.concat([encodeWindowFrame(1, lines.length), compressedFrame(1, ...frames)])
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function counted(value: string | Buffer): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([u32(bytes.length), bytes])
}
