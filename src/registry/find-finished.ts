import { StateError } from '../sqlite/error.ts'
import { CallError } from '../sqlite/thread.ts'
import type { Log } from '../telemetry/log.ts'
import type { FinishedGeneration } from './contract.ts'
import { MAX_FOUND, type FoundRows } from './finished-generations.ts'
import type { PendingChanges } from './pending-changes.ts'
import type { RegistryThread } from './registry-thread.ts'

interface FindParts {
  readonly path: string
  readonly pending: PendingChanges
  readonly thread: RegistryThread
  readonly log: Log
}

/** The newest first. Those that are not on disk yet are found too. Throws a StateError. */
export async function findFinished(parts: FindParts, headHash: string): Promise<readonly FinishedGeneration[]> {
  const unwritten = parts.pending.findFinished(headHash) // before the thread answers: one that is written meanwhile is in both
  const { rows, damaged } = await findWritten(parts, headHash)
  if (damaged > 0) {
    const fields = { path: parts.path, damaged }
    parts.log.warn(fields, 'records of finished files do not match their checksums; they are left out')
  }
  const found = [...new Map([...rows, ...unwritten]).values()]
  return found.sort((one, other) => other.endedAtMs - one.endedAtMs).slice(0, MAX_FOUND)
}

async function findWritten({ path, thread }: FindParts, headHash: string): Promise<FoundRows> {
  try {
    return await thread.find(headHash)
  } catch (error) {
    if (!(error instanceof CallError)) throw error
    const message = `${path} cannot be searched for finished files: ${error.message}`
    throw new StateError('state_unusable', path, { message, cause: error })
  }
}
