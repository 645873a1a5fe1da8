import { countOf } from '../../flow/format-numbers.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { countOption } from '../program/option-values.ts'
import { writeLine } from '../program/write-line.ts'
import { type LetterFilter, readFilter } from './letter-filter.ts'
import { type LettersDatabase, openLetters } from './letters-database.ts'
import { formatGroups, formatGroupsJson, formatLetter, formatLetterJson } from './letters-text.ts'
import { locateLetters } from './locate-letters.ts'

const MAX_LIMIT = 1_000_000_000
const DEFAULT_GROUPS = 100
const DEFAULT_SHOWN = 10

export async function listLetters(input: CommandInput): Promise<ExitCode> {
  return await withLetters(input, (letters, filter) => {
    const { out } = input.terminal
    const groups = letters?.listGroups(filter, readLimit(input, DEFAULT_GROUPS)) ?? []
    if (input.options['json'] === true) out.write(formatGroupsJson(groups))
    else if (groups.length === 0) out.write('no dead letters\n')
    else out.write(formatGroups(groups))
  })
}

export async function showLetters(input: CommandInput): Promise<ExitCode> {
  return await withLetters(input, async (letters, filter) => {
    const limit = readLimit(input, DEFAULT_SHOWN)
    const { out, err } = input.terminal
    const count = letters?.count(filter) ?? 0
    if (count === 0) err.write(filter.isAll ? 'no dead letters\n' : 'no dead letters that match the options\n')
    for (const letter of letters?.read(filter, 'newest', limit) ?? []) await writeLine(out, formatLetter(letter))
    const more = count - limit
    if (more > 0) err.write(`and ${countOf(more, 'more letter')}: --limit 0 shows all, or \`export\`\n`)
  })
}

export async function exportLetters(input: CommandInput): Promise<ExitCode> {
  return await withLetters(input, async (letters, filter) => {
    for (const letter of letters?.read(filter, 'oldest', MAX_LIMIT) ?? [])
      await writeLine(input.terminal.out, formatLetterJson(letter))
  })
}

type Use = (letters: LettersDatabase | undefined, filter: LetterFilter) => void | Promise<void>

async function withLetters(input: CommandInput, use: Use): Promise<ExitCode> {
  const filter = readFilter(input)
  const { path } = await locateLetters(input)
  const letters = openLetters(path, 'read')
  try {
    await use(letters, filter)
  } finally {
    letters?.close()
  }
  return EXIT.done
}

function readLimit(input: CommandInput, usual: number): number {
  const limit = countOption(input, 'limit', { min: 0, max: MAX_LIMIT }) ?? usual
  return limit === 0 ? MAX_LIMIT : limit
}
