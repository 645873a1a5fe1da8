import { readFile } from 'node:fs/promises'
import { reasonOf } from '../../flow/error-reason.ts'
import type { Database } from '../../sqlite/database.ts'
import type { CommandInput, CommandOption } from '../program/command-contract.ts'
import { UsageError, requiredOption, textOption } from '../program/option-values.ts'

export const DIR_OPTION: CommandOption = { flags: '--dir <dir>', help: 'directory of the authority', isRequired: true }
export const PASSPHRASE_OPTION: CommandOption = {
  flags: '--passphrase-file <path>',
  help: "file whose first line is the passphrase of the authority's key",
}

/** Opens the database of the authority that `--dir` names; its signer may have it open as well. */
export async function withAuthority<Result>(
  input: CommandInput,
  work: (database: Database, dir: string) => Result | Promise<Result>,
): Promise<Result> {
  const dir = requiredOption(input, 'dir')
  const { openAuthorityDatabase } = await import('../../trust/authority/authority-database.ts')
  const database = openAuthorityDatabase(dir)
  try {
    return await work(database, dir)
  } finally {
    database.close()
  }
}

/** Undefined without `--passphrase-file`. */
export async function readPassphrase(input: CommandInput): Promise<string | undefined> {
  const path = textOption(input, 'passphrase-file')
  if (path === undefined) return undefined
  const [line = ''] = (await readText(path)).split(/\r?\n/u, 1)
  if (line !== '') return line
  throw new UsageError(`the first line of ${path} is empty; the passphrase was expected there`)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new UsageError(`cannot read the file of --passphrase-file, ${path}: ${reasonOf(cause)}`)
  }
}
