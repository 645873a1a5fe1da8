import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Log } from '../telemetry/log.ts'
import type { AgentSettings } from '../config/settings.ts'
import type { Terminal } from '../cli/program/command.ts'
import { adopt } from './adopt.ts'
import type { NewConfig, Note, OldRegistry } from './contract.ts'
import { MigrateError } from './migrate-error.ts'
import { checkUnused, readNewConfig, writeResult } from './write-result.ts'

export interface Migration {
  readonly config: NewConfig
  /** Read once the configuration is known to be good. */
  readRegistry(): OldRegistry
  ignoreOlderMs(settings: AgentSettings): readonly (number | undefined)[]
  readonly output: string
  readonly isDryRun: boolean
  readonly terminal: Terminal
}

/** Takes over what can be, says what can't, and writes state and configuration. Throws where nothing was written. */
export async function runMigration({ config, output, isDryRun, terminal, ...old }: Migration): Promise<void> {
  const path = resolve(output)
  if (!existsSync(dirname(path))) throw new MigrateError(`there is no directory ${dirname(path)} for --output`)
  const settings = readNewConfig(path, config.text)
  checkUnused(path, settings.stateDir)
  const registry = old.readRegistry()
  const { positions, notes } = registry
  const ignoreOlderMs = old.ignoreOlderMs(settings)
  const adoption = await adopt({ positions, groups: settings.files, ignoreOlderMs, nowMs: Date.now() })
  terminal.out.write(formatNotes('Configuration', config.notes))
  terminal.out.write(formatNotes('Files', [...notes, ...adoption.notes]))
  const { records } = adoption
  if (isDryRun) {
    terminal.out.write(`Nothing was written (--dry-run). ${path} would be:\n${config.text}`)
    return
  }
  await writeResult({ settings, records, configPath: path, text: config.text, log: logTo(terminal) })
  terminal.out.write(
    `Written: ${path}, and ${records.length} files to ${settings.stateDir}\n` +
      `Next: forwarder check --config ${path}, as the user that will run it; that user has to own ${settings.stateDir}\n`,
  )
}

function formatNotes(title: string, notes: readonly Note[]): string {
  const rows = notes.map(
    ({ kind, subject, text }) => `  ${kind === 'taken' ? 'taken over' : 'left out  '}  ${subject}: ${text}\n`,
  )
  return `${title}\n${rows.length === 0 ? '  nothing\n' : rows.join('')}`
}

function logTo({ err }: Terminal): Log {
  const say = (_: unknown, message: string) => void err.write(`${message}\n`)
  return { debug() {}, info() {}, warn: say, error: say }
}
