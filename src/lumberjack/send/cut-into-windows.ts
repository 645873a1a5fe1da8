import type { LineBatch } from '../../flow/line-batch.ts'
import { sliceBatch } from '../../flow/slice-line-batch.ts'
import { boundEnvelopeBytes } from '../wire/event-envelope.ts'
import { defaultFrameLimits } from '../wire/frames.ts'

/** A quarter of what collectors let one compressed frame become, so that a window takes little of their memory, and of ours. */
export const MAX_WINDOW_BYTES = defaultFrameLimits.inflatedBytes / 4
/** JSON writes a control byte as `\u0001`; no byte takes more. */
const JSON_BYTES_PER_BYTE = 6

/**
 * The batch as windows that collectors take: each has at most MAX_WINDOW_BYTES of events, however many of their bytes are
 * escaped, or one event. Nearly every batch is one window.
 */
export function cutIntoWindows(batch: LineBatch, host: string): readonly LineBatch[] {
  const { windowEvents } = defaultFrameLimits
  if (batch.lineCount <= windowEvents && boundBatchBytes(batch, host) <= MAX_WINDOW_BYTES) return [batch]
  const windows: LineBatch[] = []
  let from = 0
  let at = 0
  let bytes = 0
  for (const size of boundEventBytes(batch, host)) {
    if (at > from && (bytes + size > MAX_WINDOW_BYTES || at - from === windowEvents)) {
      windows.push(sliceBatch(batch, from, at))
      from = at
      bytes = 0
    }
    bytes += size
    at++
  }
  return [...windows, sliceBatch(batch, from, at)]
}

function boundBatchBytes({ runs, byteCount }: LineBatch, host: string): number {
  return runs.reduce(
    (sum, { origin, ends }) => sum + ends.length * boundEnvelopeBytes(origin, host),
    byteCount * JSON_BYTES_PER_BYTE,
  )
}

function* boundEventBytes({ runs }: LineBatch, host: string): Generator<number> {
  for (const { origin, ends } of runs) {
    const envelopeBytes = boundEnvelopeBytes(origin, host)
    let start = 0
    for (const end of ends) {
      yield envelopeBytes + (end - start) * JSON_BYTES_PER_BYTE
      start = end
    }
  }
}
