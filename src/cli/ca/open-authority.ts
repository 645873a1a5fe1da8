import type { Database } from '../../sqlite/database.ts'
import { type CommandInput, type CommandOption, requiredOption } from '../program/command.ts'

export const DIR_OPTION: CommandOption = { flags: '--dir <dir>', help: 'where the authority is', isRequired: true }
export const PASSPHRASE_OPTION: CommandOption = {
  flags: '--passphrase-file <path>',
  help: "the authority's key is encrypted with the first line of this file",
}

/** Opens the memory of the authority after `--dir`, which its signer may have open as well. */
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
