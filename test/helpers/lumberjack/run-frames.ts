// Our own wire form, written plainly: nothing here is shared with the encoder.
import { zstdCompressSync, constants } from 'node:zlib'
import { encodeRunsHeader } from '../../../src/lumberjack/wire/frames.ts'
import { u32 } from './frames.ts'

export interface RunParts {
  /** Absent: that of the run before. */
  readonly header?: string | Buffer
  readonly offset?: number
  readonly timeMs?: number
  readonly doubtfulSinceMs?: number | undefined
  readonly records: readonly (string | Buffer)[]
  readonly flags?: readonly number[] | undefined
  readonly steps?: readonly number[] | undefined
  readonly times?: readonly number[] | undefined
  readonly nanos?: readonly number[] | undefined
  readonly utf16?: 'le' | 'be'
  /** Instead of what the records are. */
  readonly lengths?: Buffer
  readonly count?: number
}

export function headerText(change: Record<string, unknown> = {}): string {
  const usual = { fileId: 'AAAAAAAAAAAAAAAA', path: '/var/log/app.log', host: 'web1', version: '9.9.9', fields: {} }
  return JSON.stringify({ ...usual, ...change })
}

export function runOf(run: RunParts): Buffer {
  const { records, flags, steps, times, nanos, doubtfulSinceMs, utf16 } = run
  const header = Buffer.from(run.header ?? '')
  const bytes = Buffer.concat(records.map(record => Buffer.from(record)))
  const numbers = Buffer.concat([
    run.lengths ?? Buffer.concat(records.map(record => varint(Buffer.byteLength(record)))),
    Buffer.from(flags ?? []),
    ...(steps ?? []).map(varint),
    ...(times ?? []).map(varint),
    ...(nanos ?? []).map(varint),
  ])
  const orders = [utf16 === 'le' || undefined, utf16 === 'be' || undefined]
  const has = [flags, steps, times, doubtfulSinceMs, ...orders, nanos]
  return Buffer.concat([
    Buffer.of(has.reduce<number>((sum, part, bit) => sum + (part === undefined ? 0 : 1 << bit), 0)),
    u32(header.length),
    u32(run.count ?? records.length),
    u32(numbers.length),
    u32(bytes.length),
    u64(run.offset ?? 0),
    u64(run.timeMs ?? Date.UTC(2026, 0, 2, 3, 4, 5, 678)),
    ...(doubtfulSinceMs === undefined ? [] : [u64(doubtfulSinceMs)]),
    header,
    numbers,
    bytes,
  ])
}

export function varint(value: number): Buffer {
  return value < 128
    ? Buffer.of(value)
    : Buffer.concat([Buffer.of((value % 128) + 128), varint(Math.floor(value / 128))])
}

export function u64(value: number | bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}

/** One zstd frame that announces its size. */
export function zstdOf(content: Uint8Array): Buffer {
  const params = { [constants.ZSTD_c_compressionLevel]: 1 }
  return zstdCompressSync(content, { pledgedSrcSize: content.length, params })
}

export function runsFrame(...runs: readonly Buffer[]): Buffer {
  const zstd = zstdOf(Buffer.concat(runs))
  return Buffer.concat([encodeRunsHeader(zstd.length), zstd])
}
