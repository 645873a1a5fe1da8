import { isUtf8 } from 'node:buffer'
import type { LineRun } from '../../flow/line-batch.ts'
import { offsetOf, sliceRun } from '../../flow/slice-line-batch.ts'
import { findLineKernel, type LineKernel } from '../../kernel/line-kernel.ts'
import { jsonEnvelopeOf } from './event-envelope.ts'
import { type Encoding, encodeByStrings } from './json-strings.ts'

/** Lines are encoded in pieces of this size: one call for many lines, in memory that the processor's cache holds. */
const PIECE_BYTES = 32 * 1024

/** Lines `from` to `to` (exclusive) of a run. */
interface Piece {
  readonly run: LineRun
  readonly from: number
  readonly to: number
}

/** Writes the run from line `first` on as J frames. */
export function encodeJsonRun(encoding: Encoding, run: LineRun, first: number): void {
  const kernel = prepareKernel(encoding, run)
  const maxLines = kernel?.maxLines ?? Infinity
  for (let from = first; from < run.ends.length;) {
    const piece = { run, from, to: findPieceEnd(run, from, maxLines) }
    const taken = kernel !== undefined && isPlain(piece) ? encodeByKernel(encoding, piece, kernel) : 0
    if (taken === 0) encodeByStrings(encoding, sliceRun(run, from, piece.to))
    from = taken === 0 ? piece.to : from + taken
  }
}

function prepareKernel({ host, middle }: Encoding, { origin }: LineRun): LineKernel | undefined {
  const kernel = findLineKernel()
  const isReady = kernel?.setParts({ ...jsonEnvelopeOf(origin, host), middle }) ?? false
  return isReady ? kernel : undefined
}

/** A piece has at least one line, however long it is, and its lines follow each other in the file. */
function findPieceEnd(run: LineRun, from: number, maxLines: number): number {
  const { ends } = run
  const start = ends[from - 1] ?? 0
  const last = Math.min(ends.length, from + maxLines)
  let to = from + 1
  while (to < last && (ends[to] as number) - start <= PIECE_BYTES && isNext(run, to)) to++
  return to
}

/** Line `i` begins in the file where the line before it ends. */
function isNext({ offsets, ends }: LineRun, i: number): boolean {
  if (offsets === undefined) return true
  return (offsets[i] as number) - (offsets[i - 1] as number) === (ends[i - 1] as number) - (ends[i - 2] ?? 0)
}

/** True for lines of UTF-8 without flags or times of their own. */
function isPlain({ run, from, to }: Piece): boolean {
  const { bytes, ends, times, flags, utf16 } = run
  if (times !== undefined || utf16 !== undefined || flags?.subarray(from, to).some(flag => flag !== 0) === true)
    return false
  return isUtf8(bytes.subarray(ends[from - 1] ?? 0, ends[to - 1]))
}

/** The kernel counts from the offset of the run. */
function atItsPlace({ run, from }: Piece): LineRun {
  return run.offsets === undefined ? run : { ...run, offset: offsetOf(run, from) - (run.ends[from - 1] ?? 0) }
}

/** Gives the number of lines that the kernel took. */
function encodeByKernel(encoding: Encoding, piece: Piece, kernel: LineKernel): number {
  const { count, frames } = kernel.encode({ ...piece, run: atItsPlace(piece), sequence: encoding.count })
  encoding.out.reserve(frames.length)
  encoding.out.put(frames)
  encoding.count += count
  return count
}
