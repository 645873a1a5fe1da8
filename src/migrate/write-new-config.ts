import { existsSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { writeWholeFile } from '../disk/whole-file.ts'
import type { NewConfig } from './contract.ts'
import { formatNotes } from './format-notes.ts'
import { MigrateError } from './migrate-error.ts'
import { readNewConfig } from './new-config.ts'

export interface ConfigMigration {
  readonly config: NewConfig
  readonly output: string
  readonly isDryRun: boolean
  /** Takes the report. */
  readonly write: (text: string) => void
}

/** Reports what is taken over and what is not, then writes the configuration of a collector, which has no state to take. */
export async function writeNewConfig({ config, output, isDryRun, write }: ConfigMigration): Promise<void> {
  const path = resolve(output)
  if (!existsSync(dirname(path))) throw new MigrateError(`there is no directory ${dirname(path)} for --output`)
  if (!isDryRun && existsSync(path))
    throw new MigrateError(`${path} already exists; name another file with --output, or move that one away`)
  readNewConfig(path, config.text, 'collector')
  write(formatNotes('Configuration', config.notes))
  if (isDryRun) return write(`Nothing was written (--dry-run). ${path} would be:\n${config.text}`)
  await writeWholeFile(path, config.text, { mode: 0o640, overwrite: false })
  write(`Written: ${path}\nNext: forwarder check --config ${path}, as the user that will run it\n`)
}
