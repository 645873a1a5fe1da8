import { parseMoment } from '../../config/values/moment.ts'
import type { CommandInput, CommandOption } from '../program/command-contract.ts'
import { UsageError, listOption, textOption } from '../program/option-values.ts'

/** Which letters a command is about, as a condition of SQL. */
export interface LetterFilter {
  readonly where: string
  readonly values: readonly (string | number)[]
  /** No option narrows it. */
  readonly isAll: boolean
}

export const FILTER_OPTIONS: readonly CommandOption[] = [
  { flags: '--reason <text>', help: 'only letters with this text in their type or reason' },
  { flags: '--target <name>', help: 'only letters for this index, data stream or alias; * stands for any text' },
  { flags: '--sender <name>', help: 'only letters of this sender; * stands for any text' },
  { flags: '--since <time>', help: 'only letters kept since then: 90m ago, or 2026-11-21T10:00:00Z' },
  { flags: '--until <time>', help: 'only letters kept before then' },
  { flags: '--key <n>', help: 'only the letter with this key (repeatable)', isRepeatable: true },
]

type Condition = readonly [sql: string, values: readonly (string | number)[]]

/** Throws a UsageError where an option is invalid. */
export function readFilter(input: CommandInput, nowMs = Date.now()): LetterFilter {
  const conditions = [
    ...readText(input, 'reason', text => [
      '(instr(lower(type), lower(?)) > 0 OR instr(lower(reason), lower(?)) > 0)', // SQLite folds ASCII letters only
      [text, text],
    ]),
    ...readName(input, 'target'),
    ...readName(input, 'sender'),
    ...readTime(input, ['since', 'kept_ms >= ?'], nowMs),
    ...readTime(input, ['until', 'kept_ms < ?'], nowMs),
    ...readKeys(input),
  ]
  return {
    where: conditions.map(([sql]) => sql).join(' AND ') || 'true',
    values: conditions.flatMap(([, values]) => values),
    isAll: conditions.length === 0,
  }
}

/** A command that changes all letters asks for the word. */
export function expectFilter(input: CommandInput, filter: LetterFilter, command: string): void {
  if (filter.isAll === (input.options['all'] === true)) return
  throw new UsageError(
    filter.isAll
      ? `name the letters to ${command} with --reason, --target, --sender, --since, --until or --key, or give --all`
      : 'give either --all or options that choose letters, not both',
  )
}

function readText(input: CommandInput, name: string, make: (text: string) => Condition): Condition[] {
  const text = textOption(input, name)
  return text === undefined ? [] : [make(text)]
}

/** As SQLite's GLOB, in which only `*` is special here. */
function readName(input: CommandInput, name: 'target' | 'sender'): Condition[] {
  const text = textOption(input, name)
  if (text === undefined) return []
  return [[`${name} GLOB ?`, [text.replaceAll(/[[?]/g, '[$&]')]]]
}

function readTime(input: CommandInput, [name, sql]: readonly [string, string], nowMs: number): Condition[] {
  const text = textOption(input, name)
  if (text === undefined) return []
  const time = parseMoment(text, nowMs)
  if (time !== undefined) return [[sql, [time]]]
  throw new UsageError(
    `--${name} takes a duration such as 90m or 7d, or a time such as 2026-11-21T10:00:00Z, not "${text}"`,
  )
}

function readKeys(input: CommandInput): Condition[] {
  const keys = listOption(input, 'key')
  const wrong = keys.find(key => !/^\d{1,15}$/.test(key))
  if (wrong !== undefined) throw new UsageError(`--key takes the number of a letter, not "${wrong}"`)
  return keys.length === 0 ? [] : [[`key IN (${keys.map(() => '?').join()})`, keys.map(Number)]]
}
