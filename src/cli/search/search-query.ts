import { parseMoment } from '../../config/values/moment.ts'
import type { SearchQuery } from '../../stores/contract.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { UsageError, countOption, listOption, textOption } from '../program/option-values.ts'

const SHOW_LIMIT = 100
export const FOLLOW_LIMIT = 10

/** Throws a UsageError where the command line is invalid. */
export function readQuery(input: CommandInput, nowMs = Date.now()): SearchQuery {
  const since = textOption(input, 'since')
  const usualLimit = input.options['follow'] === true ? FOLLOW_LIMIT : SHOW_LIMIT
  return {
    text: input.args[0] ?? '',
    ...(since !== undefined && { sinceMs: parseSince(since, nowMs) }),
    fields: listOption(input, 'field').map(field => parseField(field)),
    limit: countOption(input, 'limit', { min: 0, max: Number.MAX_SAFE_INTEGER }) ?? usualLimit,
  }
}

function parseSince(text: string, nowMs: number): number {
  const time = parseMoment(text, nowMs)
  if (time !== undefined) return time
  throw new UsageError(
    `--since takes a duration such as 90m or 7d, or a time such as 2026-11-21T10:00:00Z, not "${text}"`,
  )
}

function parseField(text: string): readonly [string, string] {
  const equals = text.indexOf('=')
  if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)]
  throw new UsageError(`--field takes a name and a value, such as host.name=web1, not "${text}"`)
}
