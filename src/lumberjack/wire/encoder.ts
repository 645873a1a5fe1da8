import type { LineBatch, LineRun } from '../../flow/line-batch.ts'
import { offsetOf } from '../../flow/slice-line-batch.ts'
import { ByteWriter } from './byte-writer.ts'
import { jsonMiddle, lineKey, pairEnvelopeOf } from './event-envelope.ts'
import type { Protocol } from './frames.ts'
import { encodeJsonRun } from './json-encoder.ts'
import type { Encoding } from './json-strings.ts'
import { lineBytes } from './line-escaping.ts'

export interface EncodeOptions {
  readonly protocol: Protocol
  /** `host.name` of the events. */
  readonly host: string
  /** Index of the first event to write: those before it are acked already. */
  readonly from?: number
  /** When an earlier try may have delivered them, in milliseconds since 1970; the batch's own is older and wins. */
  readonly doubtfulSinceMs?: number
  /** Gives the memory to write into, at least `size` bytes. Default: a new buffer. */
  readonly allocate?: (size: number) => Buffer
}

export interface EncodedEvents {
  /** Bare frames, numbered from 1: all servers agree on the ack of such a window. */
  readonly frames: Buffer
  /** The buffer that `frames` is a part of; it can be used again once they are sent. */
  readonly memory: Buffer
  readonly count: number
}

/** Members and pairs around a line, for the first guess of the size. */
const OVERHEAD_BYTES = 300
function allocateNew(size: number): Buffer {
  return Buffer.allocUnsafeSlow(size)
}

/** Writes the events of a batch as D or J frames, without an object a line. */
export function encodeEvents(batch: LineBatch, options: EncodeOptions): EncodedEvents {
  const { allocate = allocateNew } = options
  const doubtfulSinceMs = batch.doubtfulSinceMs ?? options.doubtfulSinceMs
  const size = Math.ceil(batch.byteCount * 1.1) + (batch.lineCount + 8) * OVERHEAD_BYTES
  const encoding: Encoding = {
    out: new ByteWriter(allocate(size)),
    host: options.host,
    middle: jsonMiddle(batch.timeMs, doubtfulSinceMs),
    doubtfulSinceMs,
    count: 0,
  }
  const encodeRun = options.protocol === 1 ? encodePairs : encodeJsonRun
  let skip = options.from ?? 0
  for (const run of batch.runs) {
    const first = Math.min(skip, run.ends.length)
    skip -= first
    encodeRun(encoding, run, first)
  }
  const { bytes: memory, position } = encoding.out
  return { frames: memory.subarray(0, position), memory, count: encoding.count }
}

function encodePairs(encoding: Encoding, run: LineRun, first: number): void {
  const { out, host } = encoding
  const { head, tail } = pairEnvelopeOf(run.origin, host)
  const overhead = head.length + tail.length + 64
  for (let i = first; i < run.ends.length; i++) {
    const line = lineBytes(run, i)
    const offset = String(offsetOf(run, i))
    const frame = out.position
    out.reserve(overhead + line.length)
    out.put(head)
    out.setUInt32(frame + 2, ++encoding.count)
    out.putUInt32(offset.length)
    out.putLatin1(offset)
    out.put(lineKey)
    out.putUInt32(line.length)
    out.put(line)
    out.put(tail)
  }
}
