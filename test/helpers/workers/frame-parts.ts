import type { ExecutionContext } from 'ava'
import { deflateSync } from 'node:zlib'
import { isPoison } from '../../../src/events/event-reader.ts'
import { unpackEvents } from '../../../src/events/packed-events.ts'
import { defaultFrameLimits } from '../../../src/lumberjack/wire/frames.ts'
import type { WireFrame } from '../../../src/workers/frame-contract.ts'
import type { OpenedFrame } from '../../../src/workers/frame-reading.ts'
import { type FrameParts, FrameWorkers } from '../../../src/workers/frame-workers.ts'
import { zstdOf } from '../lumberjack/run-frames.ts'
import type { Session } from '../../../src/workers/session.ts'
import { makeRecordingLog } from '../process/recording-log.ts'

export const UNSTEADY = new URL('unsteady-worker.ts', import.meta.url)

/** They go with the test. */
export function openWorkers(
  t: ExecutionContext,
  workers: number,
  options: { readonly entry?: URL; readonly hangMs?: number } = {},
) {
  const log = makeRecordingLog()
  const opened = new FrameWorkers({ workers, log, ...options })
  t.teardown(() => opened.close())
  return { workers: opened, log }
}

export function openedFrame(frame: WireFrame, change: Partial<OpenedFrame> = {}): OpenedFrame {
  const rest = {
    limits: defaultFrameLimits,
    maxEvents: 10_000,
    nowMs: Date.UTC(2026, 0, 1),
    isHashed: true,
    place: { sender: 'a', member: '' },
  }
  return { frame, ...rest, ...change }
}

export function compressed(...frames: readonly Buffer[]): Extract<WireFrame, { readonly type: 'compressed' }> {
  return { type: 'compressed', deflated: deflateSync(Buffer.concat(frames)) }
}

/** A frame of these runs, whose events are numbered from 1. */
export function ofRuns(...runs: readonly Buffer[]): WireFrame {
  return { type: 'runs', zstd: zstdOf(Buffer.concat(runs)), firstSequence: 1 }
}

/** What a session reads, as threads would give it. */
export function partsOf(session: Session): FrameParts {
  return {
    next: async maxBytes => {
      const part = await session.next(maxBytes)
      return part === 'tooSmall' ? undefined : part
    },
    close: () => void session.close(),
  }
}

/** Everything of a frame, as plain values; `maxBytes`: of its parts, over and over. */
export async function readAll(parts: FrameParts, maxBytes: readonly number[] = [Infinity]) {
  const events: unknown[] = []
  const sequences: number[] = []
  const hashes: string[] = []
  let foreignIds = 0
  for (let i = 0; ; i++) {
    const part = await parts.next(maxBytes[i % maxBytes.length] as number)
    if (part === undefined) continue
    events.push(...unpackEvents(part.events, () => 'made').map(toPlain))
    sequences.push(...part.sequences)
    foreignIds += part.foreignIds
    if (part.hash !== undefined) hashes.push(part.hash)
    if (part.isLast) return { events, sequences, hashes, total: part.total, foreignIds }
  }
}

function toPlain(event: ReturnType<typeof unpackEvents>[number]): unknown {
  if (isPoison(event)) return { ...event, payload: event.payload.toString('latin1') }
  const { bytes, start, end, ...rest } = event
  return { ...rest, document: bytes.toString('utf8', start, end) }
}
