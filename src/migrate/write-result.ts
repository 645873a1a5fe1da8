import { existsSync } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AgentSettings } from '../config/settings.ts'
import type { FileRecord, Registry } from '../registry/contract.ts'
import { registryPath } from '../registry/lost-state.ts'
import { openRegistry } from '../registry/registry.ts'
import { syncDirectory } from '../disk/private-directory.ts'
import { writeWholeFile } from '../disk/whole-file.ts'
import { lockDirectory } from '../sqlite/state-directory-lock.ts'
import type { Log } from '../telemetry/log.ts'
import { MigrateError } from './migrate-error.ts'

/** Throws a MigrateError where there is something that must not be overwritten. */
export function checkUnused(configPath: string, stateDir: string): void {
  if (existsSync(configPath)) {
    throw new MigrateError(`${configPath} already exists; name another file with --output, or move that one away`)
  }
  const marker = join(stateDir, MARKER)
  // While the partial directory exists, a registry without the marker comes from an interrupted migration.
  const traces = existsSync(partOf(stateDir)) ? [marker] : [registryPath(stateDir), marker]
  const used = traces.find(path => existsSync(path))
  if (used === undefined) return
  throw new MigrateError(
    `the state directory ${stateDir} has been used (${used} exists) and is not overwritten; name another with --state-dir, or move that one away`,
  )
}

export interface Result {
  readonly settings: AgentSettings
  readonly records: readonly Omit<FileRecord, 'key'>[]
  readonly configPath: string
  readonly text: string
  readonly log: Log
}

/**
 * Writes the registry, then the configuration: if the second exists, the first is complete. Killed at any moment, the
 * migration can be run again, unless it had finished both.
 */
export async function writeResult({ settings, records, configPath, text, log }: Result): Promise<void> {
  const { stateDir, durability } = settings
  const lock = lockDirectory(stateDir, { role: 'migrate' })
  try {
    checkUnused(configPath, stateDir)
    const part = partOf(stateDir)
    await rm(part, { recursive: true, force: true })
    await fill(await openRegistry({ stateDir: part, durability, onLostState: 'stop', log }), records)
    await moveInto(stateDir, registryPath(part))
    await writeWholeFile(configPath, text, { mode: 0o640, overwrite: false })
    await moveInto(stateDir, join(part, MARKER))
    await rm(part, { recursive: true })
  } finally {
    lock.release()
  }
}

/** With it the registry distinguishes a loss of state from a first start. */
const MARKER = 'initialized'

/** The registry is filled here, which takes several transactions. */
function partOf(stateDir: string): string {
  return join(stateDir, 'migration.part')
}

async function fill(registry: Registry, records: Result['records']): Promise<void> {
  try {
    for (const record of records) registry.add(record)
    await registry.flush()
  } finally {
    await registry.close()
  }
}

async function moveInto(dir: string, path: string): Promise<void> {
  await rename(path, join(dir, basename(path)))
  syncDirectory(dir)
}
