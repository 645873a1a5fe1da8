import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeFileSync } from '../disk/whole-file.ts'
import { StateError } from '../sqlite/error.ts'
import { renameDamaged } from '../sqlite/damaged-database.ts'
import type { Durability } from '../sqlite/database.ts'
import type { Log } from '../telemetry/log.ts'
import { loadRegistry, type RegistryContent } from './load-registry.ts'

export interface StateOptions {
  readonly stateDir: string
  readonly durability: Durability
  /** What to do if the registry is damaged or missing. */
  readonly onLostState: 'stop' | 'resend' | 'end'
  readonly log: Log
}

export function registryPath(stateDir: string): string {
  return join(stateDir, 'registry.db')
}

/**
 * Opens the registry and distinguishes a first start from a loss: the file `initialized` beside the database shows that there
 * has been one. It is plain text, so nothing that breaks a database breaks it, and a person can read and delete it.
 *
 * Throws a StateError: `state_lost` after a loss if `onLostState` is `stop`; the damaged file then stays where it is.
 * Otherwise the damaged file is renamed and a new registry takes its place.
 */
export function openState(options: StateOptions): RegistryContent {
  const { stateDir } = options
  const path = registryPath(stateDir)
  const content = loadOrReplace(options, path, existsSync(markerPath(stateDir)))
  if (!existsSync(markerPath(stateDir))) writeMarker(markerPath(stateDir))
  return content
}

function loadOrReplace(options: StateOptions, path: string, hasMarker: boolean): RegistryContent {
  const { durability, onLostState, log } = options
  try {
    return loadRegistry({ path, durability, mustExist: hasMarker, lostState: 'none' })
  } catch (error) {
    if (!(error instanceof StateError) || (error.code !== 'state_damaged' && error.code !== 'state_missing'))
      throw error
    if (onLostState === 'stop') throw makeLostError(options.stateDir, error)
    const keptAs = renameDamaged(path)
    const fields = { path, reason: error.message, keptAs, onLostState }
    log.error(fields, 'the registry was lost; a new one replaces it, as set in onLostState')
    return loadRegistry({ path, durability, mustExist: false, lostState: onLostState })
  }
}

function makeLostError(stateDir: string, cause: StateError): StateError {
  const message =
    `the agent does not know any more what it has sent: ${cause.message}. Nothing was changed. Choose one: ` +
    `(1) restore an intact copy of ${registryPath(stateDir)} (with its -wal file); ` +
    `(2) start with "onLostState": "resend": every file is sent again from its beginning, so lines arrive a second time; ` +
    `(3) start with "onLostState": "end": files are followed from their current end, so lines that were not sent yet are skipped. ` +
    `With (2) and (3) the damaged file is kept beside the new one`
  return new StateError('state_lost', cause.path, { message, cause })
}

function markerPath(stateDir: string): string {
  return join(stateDir, 'initialized')
}

function writeMarker(path: string): void {
  const text =
    `A registry (registry.db) was created in this directory on ${new Date().toISOString()}.\n` +
    'While this file exists, a missing registry counts as a loss, not as a first start.\n'
  writeWholeFileSync(path, text)
}
