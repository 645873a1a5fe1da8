import type { ExecutionContext } from 'ava'
import { join } from 'node:path'
import type { FileGroup, FilesLimits, FilesSource } from '../../../src/files/contract.ts'
import type { ReadBuffers } from '../../../src/files/read/read-buffers.ts'
import { createFilesSource } from '../../../src/files/source.ts'
import { offsetOf } from '../../../src/flow/slice-line-batch.ts'
import { decodeUtf16Line } from '../../../src/lumberjack/wire/utf16-line.ts'
import type { Registry, TrackedBatch } from '../../../src/registry/contract.ts'
import { MemoryRegistry, MemoryState } from './memory-registry.ts'
import { makeRecordingLog, type LogLine } from '../process/recording-log.ts'

export interface SeenLine {
  readonly id: string
  readonly path: string
  readonly text: string
  readonly flags: number
  readonly timeMs: number
}

/** A files source with a stopped clock, polled and read by hand. */
export interface Followed {
  readonly source: FilesSource
  readonly registry: Registry
  readonly logLines: readonly LogLine[]
  /** Looks, then takes and journals what is ready; nothing is acked. */
  readonly look: () => Promise<TrackedBatch[]>
  /** As `look`, and everything is acked. */
  readonly readLines: () => Promise<SeenLine[]>
  readonly readTexts: () => Promise<string[]>
  readonly ackAll: () => void
  /** Moves the clock on. */
  readonly pass: (milliseconds: number) => void
  /** Someone sets the wall clock. */
  readonly jump: (milliseconds: number) => void
}

export interface FollowOptions {
  readonly state?: MemoryState
  readonly registry?: Registry
  readonly groups?: readonly Partial<FileGroup>[]
  readonly limits?: Partial<FilesLimits>
  readonly nowMs?: number
  readonly readBuffers?: ReadBuffers
}

export function makeGroup(directory: string, change: Partial<FileGroup> = {}): FileGroup {
  const paths = [join(directory, '*')]
  const rest = { exclude: [], fields: {}, deadTimeMs: 3_600_000, maxLineBytes: 1024 * 1024 }
  return { paths, ...rest, startPosition: 'beginning', archives: false, ...change }
}

export function follow(t: ExecutionContext, directory: string, options: FollowOptions = {}): Followed {
  const registry = options.registry ?? new MemoryRegistry(options.state ?? new MemoryState())
  const log = makeRecordingLog()
  let nowMs = options.nowMs ?? Date.now()
  let jumpedMs = 0
  const source = createFilesSource({
    groups: (options.groups ?? [{}]).map(group => makeGroup(directory, group)),
    registry,
    ...(options.limits && { limits: options.limits }),
    ...(options.readBuffers && { readBuffers: options.readBuffers }),
    log,
    clock: () => nowMs + jumpedMs,
    monotonicClock: () => nowMs,
    isWatching: false,
  })
  t.teardown(() => source.close())
  const unacked: TrackedBatch[] = []

  const look = async (): Promise<TrackedBatch[]> => {
    await source.poll()
    const batches = await takeReady(source)
    for (const batch of batches) await registry.journal(batch)
    unacked.push(...batches)
    return batches
  }
  const ackAll = () => {
    for (const batch of unacked.splice(0)) void source.commit(batch)
  }
  const readLines = async () => {
    const lines = (await look()).flatMap(toLines)
    ackAll()
    return lines
  }
  const readTexts = async () => (await readLines()).map(line => line.text)
  const pass = (milliseconds: number) => void (nowMs += milliseconds)
  const jump = (milliseconds: number) => void (jumpedMs += milliseconds)
  return { source, registry, logLines: log.lines, look, readLines, readTexts, ackAll, pass, jump }
}

/** Enough to be recognised by: more than the first kilobyte of a file, and no line twice. */
export const history: readonly string[] = Array.from({ length: 60 }, (_, i) => `line ${i}, value ${i * i}`)

export function toText(lines: readonly string[]): string {
  return lines.map(line => `${line}\n`).join('')
}

/** All batches that can be had without another look: a stop does not keep `next` from giving what it has. */
export async function takeReady(source: FilesSource): Promise<TrackedBatch[]> {
  const batches: TrackedBatch[] = []
  for (;;) {
    const stop = new AbortController()
    const next = source.next(stop.signal)
    stop.abort()
    const batch = await next
    if (batch === undefined) return batches
    batches.push(batch)
  }
}

/** Terminators are stripped as the encoder does it. */
export function toLines(batch: TrackedBatch): SeenLine[] {
  return batch.runs.flatMap(run =>
    [...run.ends].map((end, i) => {
      const start = i === 0 ? 0 : run.ends[i - 1]!
      const flags = run.flags?.[i] ?? 0
      const text =
        run.utf16 === undefined
          ? run.bytes.toString('utf8', start, end).replace(/\r?\n$/, '')
          : decodeUtf16Line(run, run.utf16, i).bytes.toString()
      const id = `${run.origin.fileId}-${offsetOf(run, i)}`
      return { id, path: run.origin.path, text, flags, timeMs: run.times?.[i] ?? batch.timeMs }
    }),
  )
}
