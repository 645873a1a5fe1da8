import type { JournalBatch, JournalRun, TrackedBatch } from './contract.ts'

/** What the journal keeps of a batch: its ranges, never its bytes. */
export function toJournalBatch(batch: TrackedBatch): JournalBatch {
  return { sequence: batch.sequence, timeMs: batch.timeMs, runs: batch.ranges.map(toJournalRun) }
}

function toJournalRun(range: JournalRun): JournalRun {
  const { key, fileId, path, fields, start, end, checksum } = range
  const { lineCount, maxLineBytes, startsInsideLine, endsUnterminated } = range
  return {
    key,
    fileId,
    path,
    fields,
    start,
    end,
    checksum,
    lineCount,
    maxLineBytes,
    startsInsideLine,
    endsUnterminated,
  }
}
