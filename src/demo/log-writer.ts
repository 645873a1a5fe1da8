import { appendFile, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccessLogLine } from './access-log.ts'

export interface LogProgress {
  /** Lines written so far: the numbers 1 to `written`. */
  written: number
  hasRotated: boolean
  hasEnded: boolean
}

const TICK_MS = 50

/** Writes an access log for `durationMs` at about `linesPerSecond`, and rotates it once, half-way. */
export async function writeLog(
  path: string,
  progress: LogProgress,
  { durationMs, linesPerSecond, stop }: { durationMs: number; linesPerSecond: number; stop: AbortSignal },
): Promise<void> {
  const startedAt = Date.now()
  for (let elapsed = 0; elapsed < durationMs && !stop.aborted; elapsed = Date.now() - startedAt) {
    const due = Math.round((Math.min(elapsed + TICK_MS, durationMs) / 1000) * linesPerSecond)
    await writeUpTo(path, progress, due)
    if (!progress.hasRotated && elapsed > durationMs / 2) {
      await rename(path, `${path}.1`)
      progress.hasRotated = true
    }
    await sleep(TICK_MS)
  }
  // On a busy machine the loop may have ended before the last lines were due.
  if (!stop.aborted) await writeUpTo(path, progress, Math.round((durationMs / 1000) * linesPerSecond))
  progress.hasEnded = true
}

async function writeUpTo(path: string, progress: LogProgress, due: number): Promise<void> {
  const now = Date.now()
  let text = ''
  for (let number = progress.written + 1; number <= due; number++) text += makeAccessLogLine(number, now) + '\n'
  if (text !== '') await appendFile(path, text)
  progress.written = Math.max(progress.written, due)
}
