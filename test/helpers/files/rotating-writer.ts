import { appendFile, rename } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccessLog } from './access-log.ts'

interface Pace {
  /** In lines. */
  readonly rotateEvery: number
  /** Between two pieces. */
  readonly pauseMs?: number
}

/** Writes access log lines 1 … `count` in small pieces, and renames the file away every `rotateEvery` lines. */
export async function writeRotating(path: string, count: number, { rotateEvery, pauseMs = 10 }: Pace): Promise<void> {
  const piece = 250
  let generation = 0
  for (let from = 1; from <= count; from += piece) {
    await appendFile(path, makeAccessLog(from, Math.min(from + piece, count + 1)))
    await sleep(pauseMs)
    if (Math.floor(from / rotateEvery) > generation) await rename(path, `${path}.${++generation}`)
  }
}
