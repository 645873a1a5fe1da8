import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Log } from '../telemetry/log.ts'
import type { AgentSettings } from '../config/settings.ts'
import { adopt } from './adopt-positions.ts'
import type { NewConfig, OldRegistry } from './contract.ts'
import { formatNotes } from './format-notes.ts'
import { MigrateError } from './migrate-error.ts'
import { readNewConfig } from './new-config.ts'
import { checkUnused, writeResult } from './write-result.ts'

export interface Migration {
  readonly config: NewConfig
  /** Called once the configuration is known to be valid. */
  readRegistry(): OldRegistry
  ignoreOlderMs(settings: AgentSettings): readonly (number | undefined)[]
  readonly output: string
  readonly isDryRun: boolean
  /** Takes the report. */
  readonly write: (text: string) => void
  /** Takes what the registry has to report while it is written. */
  readonly log: Log
}

/** Reports what is taken over and what is not, then writes state and configuration. Throws where nothing was written. */
export async function runMigration({ config, output, isDryRun, write, log, ...old }: Migration): Promise<void> {
  const path = resolve(output)
  if (!existsSync(dirname(path))) throw new MigrateError(`there is no directory ${dirname(path)} for --output`)
  const settings = readNewConfig(path, config.text, 'agent') as AgentSettings
  checkUnused(path, settings.stateDir)
  const registry = old.readRegistry()
  const { positions, notes } = registry
  const ignoreOlderMs = old.ignoreOlderMs(settings)
  const adoption = await adopt({ positions, groups: settings.files, ignoreOlderMs, nowMs: Date.now() })
  write(formatNotes('Configuration', config.notes))
  write(formatNotes('Files', [...notes, ...adoption.notes]))
  const { records } = adoption
  if (isDryRun) {
    write(`Nothing was written (--dry-run). ${path} would be:\n${config.text}`)
    return
  }
  await writeResult({ settings, records, configPath: path, text: config.text, log })
  write(
    `Written: ${path}, and ${records.length} files to ${settings.stateDir}\n` +
      `Next: forwarder check --config ${path}, as the user that will run it; that user must own ${settings.stateDir}\n`,
  )
}
