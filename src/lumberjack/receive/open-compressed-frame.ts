import { type EventFrame, decodeInflated } from '../wire/decoder.ts'
import type { FrameLimits } from '../wire/frames.ts'
import { inflateFrame, maxInflatedBytes } from '../wire/inflate.ts'
import { ProtocolError } from '../wire/protocol-error.ts'

export interface OpenedFrame {
  readonly events: readonly EventFrame[]
  /** Of the memory that the events lie in. */
  readonly byteCount: number
}

/** The most bytes that a compressed frame can become without exceeding the limits. */
export function maxOpenedBytes(deflated: Buffer, { inflatedBytes }: FrameLimits): number {
  return maxInflatedBytes(deflated.length, inflatedBytes)
}

/**
 * The events of a compressed frame; undefined where they take more than `maxBytes`. Rejects with a ProtocolError unless
 * all of them are well formed.
 */
export async function openCompressedFrame(
  deflated: Buffer,
  { limits, maxBytes }: { readonly limits: FrameLimits; readonly maxBytes: number },
): Promise<OpenedFrame | undefined> {
  const inflated = await inflateFrame(deflated, maxBytes)
  if (inflated !== undefined) return { events: decodeInflated(inflated, limits), byteCount: inflated.length }
  if (maxBytes >= maxOpenedBytes(deflated, limits)) throw makeInflatedSizeError(deflated.length, limits.inflatedBytes)
  return undefined
}

function makeInflatedSizeError(deflatedBytes: number, limitBytes: number): ProtocolError {
  return new ProtocolError(
    'inflated_too_large',
    `a compressed frame of ${deflatedBytes} bytes becomes more than ${limitBytes} bytes: make the client send less at a time, or raise \`inflatedBytes\` in \`limits\``,
  )
}
