import type { LineBatch, LineRun, Origin } from '../../../src/flow/line-batch.ts'

/** An origin with a file id that is easy to read. */
export function makeOrigin(change: Partial<Origin> = {}): Origin {
  return { fileId: 'AAAAAAAAAAAAAAAA', path: '/var/log/app.log', fields: {}, ...change }
}

/** A run of lines that have their terminators. */
export function makeRun(lines: readonly (string | Buffer)[], change: Partial<LineRun> = {}): LineRun {
  const parts = lines.map(line => Buffer.from(line))
  let end = 0
  const ends = Uint32Array.from(parts, part => (end += part.length))
  return { origin: makeOrigin(), offset: 0, bytes: Buffer.concat(parts), ends, ...change }
}

/** The same lines at other places of their file, and with times of their own. */
export function placeRun(run: LineRun, places: readonly Place[]): LineRun {
  let at = run.offset
  const own = Array.from(run.ends, (_, i) => places[i % places.length]!)
  return {
    ...run,
    offsets: Float64Array.from(own, ({ step }, i) => (at += i === 0 ? 0 : step)),
    times: Float64Array.from(own, ({ timeMs }) => timeMs),
    nanos: Uint32Array.from(own, ({ nanos }) => nanos),
  }
}

export interface Place {
  /** From the line before. */
  readonly step: number
  readonly timeMs: number
  readonly nanos: number
}

export function makeBatch(runs: readonly LineRun[], change: Partial<LineBatch> = {}): LineBatch {
  const lineCount = runs.reduce((sum, run) => sum + run.ends.length, 0)
  const byteCount = runs.reduce((sum, run) => sum + run.bytes.length, 0)
  return { sequence: 1, timeMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678), runs, lineCount, byteCount, ...change }
}
