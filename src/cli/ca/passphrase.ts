import { readFile } from 'node:fs/promises'
import { type CommandInput, UsageError, textOption } from '../program/command.ts'

/** The first line of the file after `--passphrase-file`; undefined where there is no such option. */
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
    throw new UsageError(`--passphrase-file ${path} can't be read: ${(cause as Error).message}`)
  }
}
