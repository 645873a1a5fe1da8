import type { FinishedGeneration, FinishedOutcome } from '../registry/contract.ts'
import type { TrackedFile } from './tracked-file.ts'

/** The row of a generation that has ended, whose last bytes are acked; undefined where nothing of it was read or lost. */
export function toFinished(
  { listedPath: path, identity, settled: size, marks, progress: { loss } }: TrackedFile,
  outcome: FinishedOutcome,
  endedAtMs: number,
): FinishedGeneration | undefined {
  if (size === 0 && loss === undefined) return undefined
  const digest = marks.find(({ offset }) => offset === size)?.digest
  return { path, identity, size, digest, endedAtMs, outcome: loss?.reason ?? outcome, lostBytes: loss?.bytes ?? 0 }
}
