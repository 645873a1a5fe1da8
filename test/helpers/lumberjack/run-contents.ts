import type { LineBatch } from '../../../src/flow/line-batch.ts'
import { type RunContent, type RunEncodeOptions, encodeRuns } from '../../../src/lumberjack/wire/run-encoder.ts'

/** The contents of the R frames of a batch. Throws where the header of a run is larger than readers take. */
export function contentsOf(batch: LineBatch, options: Partial<RunEncodeOptions> = {}): readonly Buffer[] {
  const encoded = encodeRuns(batch, { host: 'h', ...options })
  if (encoded === undefined) throw new Error('a header is too large')
  return encoded.contents.map(writeOut)
}

/** Into memory with other bytes in it. */
export function writeOut(content: RunContent): Buffer {
  return content.writeInto(Buffer.alloc(content.maxBytes, 0xee))
}
