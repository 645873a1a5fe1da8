import { type BigIntStats, statSync } from 'node:fs'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { toSystemPath } from './file-name.ts'
import { placeOf } from './link-targets.ts'

/** By path of a directory on a local disk: which one it is, and when it changed last. */
export type DirectoryStamps = ReadonlyMap<string, string>

const STAMPS_IN_A_TURN = 256

export function stampOf(stats: BigIntStats): string {
  return `${placeOf(stats)}:${stats.ctimeNs}`
}

/** True while no name in these directories came or went, and each of them is still the one of its path. */
export async function areUnchanged(stamps: DirectoryStamps): Promise<boolean> {
  let count = 0
  for (const [path, stamp] of stamps) {
    if (readStamp(path) !== stamp) return false
    if (++count % STAMPS_IN_A_TURN === 0) await nextTurn()
  }
  return true
}

function readStamp(path: string): string | undefined {
  try {
    return stampOf(statSync(toSystemPath(path), { bigint: true }))
  } catch {
    return undefined // the look that follows finds the reason
  }
}
