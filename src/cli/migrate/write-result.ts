import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseJson } from '../../config/json-parser.ts'
import { ConfigError } from '../../config/problem.ts'
import { readSettings } from '../../config/read-settings.ts'
import type { AgentSettings } from '../../config/settings.ts'
import { prepareText } from '../../config/source-text.ts'
import { readSurroundings } from '../../config/surroundings.ts'
import type { FileRecord } from '../../registry/contract.ts'
import { registryPath } from '../../registry/lost-state.ts'
import { openRegistry } from '../../registry/registry.ts'
import type { Log } from '../../telemetry/log.ts'
import { MigrateError } from './migrate-error.ts'

/** What the agent makes of a configuration that is not written yet. Throws a ConfigError. */
export function readNewConfig(path: string, text: string): AgentSettings {
  const surroundings = readSurroundings()
  const source = prepareText(path, text, surroundings.environment)
  const { node, problems } = parseJson(source)
  if (node === undefined) throw new ConfigError(problems)
  const { warnings } = source
  const documents = { nodes: [node], files: [path], directories: [], isComplete: true, problems, warnings }
  const outcome = readSettings(documents, 'agent', surroundings)
  if (outcome.settings === undefined) throw new ConfigError(outcome.problems)
  return outcome.settings as AgentSettings
}

/** Throws a MigrateError where there is something that must not be overwritten. */
export function checkUnused(configPath: string, stateDir: string): void {
  if (existsSync(configPath)) {
    throw new MigrateError(`${configPath} is there already; name another file with --output, or move that one away`)
  }
  const used = [registryPath(stateDir), join(stateDir, 'initialized')].find(path => existsSync(path))
  if (used === undefined) return
  throw new MigrateError(
    `the state directory ${stateDir} has been used (${used} is there), and is not overwritten; name another with --state-dir, or move that one away`,
  )
}

/** Writes the registry, then the configuration: whoever finds the second has the first whole. */
export async function writeState(
  { stateDir, durability }: AgentSettings,
  records: readonly Omit<FileRecord, 'key'>[],
  log: Log,
): Promise<void> {
  const registry = await openRegistry({ stateDir, durability, onLostState: 'stop', log })
  try {
    if (registry.files.length > 0) throw new MigrateError(`the state directory ${stateDir} has been used meanwhile`)
    for (const record of records) registry.add(record)
    await registry.flush()
  } finally {
    await registry.close()
  }
}

export async function writeConfig(path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx', mode: 0o640, flush: true })
}
