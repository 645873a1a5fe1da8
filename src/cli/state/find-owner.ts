import { hostname } from 'node:os'
import { readHolder, type Holder } from '../../sqlite/state-directory-lock.ts'
import { StateError } from '../../sqlite/error.ts'

/** The process that uses a state directory. */
export type Owner =
  | (Holder & { readonly kind: 'running'; readonly isOnThisHost: boolean })
  /** This user may not find out. */
  | { readonly kind: 'unknown' }

/** Undefined where no process uses the directory. */
export function findOwner(stateDir: string): Owner | undefined {
  const found = tryToReadHolder(stateDir)
  if (found === 'unknown') return { kind: 'unknown' }
  if (found === undefined || found.isHeld === false) return undefined
  if (found.isHeld === undefined) return { kind: 'unknown' }
  return { kind: 'running', ...found.holder, isOnThisHost: found.holder.host === hostname() }
}

function tryToReadHolder(stateDir: string): ReturnType<typeof readHolder> | 'unknown' {
  try {
    return readHolder(stateDir)
  } catch (error) {
    if (error instanceof StateError) return 'unknown'
    throw error
  }
}
