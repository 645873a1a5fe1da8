import { setTimeout as sleep } from 'node:timers/promises'
import { parseDuration } from '../../config/values/duration.ts'
import { countOf, formatCount } from '../../flow/format-numbers.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { makePrintable } from '../program/printable-text.ts'
import { quoteForShell } from '../program/shell-word.ts'
import { UsageError, textOption } from '../program/option-values.ts'
import { findOwner } from '../state/find-owner.ts'
import { expectFilter, type LetterFilter, readFilter } from './letter-filter.ts'
import { locateLetters } from './locate-letters.ts'
import { type LetterGroup, type LettersDatabase, openLetters } from './letters-database.ts'

const DEFAULT_TIMEOUT_MS = 60_000
const POLL_MS = 100
/** Types and senders of letters that cannot be replayed. */
const MAX_TYPES = 10_000

export async function dropLetters(input: CommandInput): Promise<ExitCode> {
  const filter = readFilter(input)
  expectFilter(input, filter, 'drop')
  const letters = openLetters((await locateLetters(input)).path, 'change')
  const dropped = letters?.drop(filter) ?? 0
  letters?.close()
  input.terminal.out.write(`${countOf(dropped, 'letter')} dropped\n`)
  return EXIT.done
}

/** Marks letters, which the collector then delivers again; waits while it runs. */
export async function replayLetters(input: CommandInput): Promise<ExitCode> {
  const filter = readFilter(input)
  expectFilter(input, filter, 'replay')
  const timeoutMs = readTimeout(input)
  const { path, stateDir } = await locateLetters(input)
  const letters = openLetters(path, 'change')
  try {
    return await replay(input, { letters, filter, timeoutMs, isRunning: () => findOwner(stateDir)?.kind === 'running' })
  } finally {
    letters?.close()
  }
}

interface ReplayOptions {
  readonly letters: LettersDatabase | undefined
  readonly filter: LetterFilter
  readonly timeoutMs: number
  readonly isRunning: () => boolean
}

async function replay(input: CommandInput, options: ReplayOptions): Promise<ExitCode> {
  const { terminal } = input
  const { letters, filter, timeoutMs, isRunning } = options
  const withoutTarget = letters?.listGroups({ ...filter, where: `(${filter.where}) AND target = ''` }, MAX_TYPES) ?? []
  if (withoutTarget.length > 0) terminal.err.write(explainUnreplayable(withoutTarget, input))
  const token = Date.now()
  const marked = letters?.mark(filter, token) ?? 0
  if (letters === undefined || marked === 0) {
    terminal.out.write('no letter is to be replayed\n')
    return withoutTarget.length > 0 ? EXIT.failed : EXIT.done
  }
  if (!isRunning()) {
    terminal.out.write(
      `${countOf(marked, 'letter')} marked; the collector is not running and sends them when it does\n`,
    )
    return EXIT.done
  }
  const { waiting, refused } = await waitForReplay(letters, token, timeoutMs)
  terminal.out.write(`${countOf(marked - waiting - refused, 'letter')} replayed\n`)
  if (refused > 0) terminal.err.write(`${countOf(refused, 'letter')} refused again: \`show\` has the new reasons\n`)
  if (waiting > 0) {
    terminal.err.write(
      `${countOf(waiting, 'letter')} not replayed within ${timeoutMs} ms; the collector goes on, and its /health shows why\n`,
    )
  }
  return refused + waiting > 0 ? EXIT.failed : EXIT.done
}

/** The collector refused their payloads before it sent them to a store: it would read them in the same way again. */
function explainUnreplayable(groups: readonly LetterGroup[], input: CommandInput): string {
  const types = Map.groupBy(groups, ({ type }) => type)
  const counts = [...types].map(([type, found]) => `${makePrintable(type)}: ${formatCount(sumLetters(found))}`)
  const place = ['config', 'state-dir'].flatMap(name => {
    const value = textOption(input, name)
    return value === undefined ? [] : [`--${name}`, quoteForShell(value)]
  })
  const command = (verb: string) => ['forwarder dead-letters', verb, ...place, "--target ''"].join(' ')
  return [
    `${countOf(sumLetters(groups), 'letter')} cannot be replayed: the payload is not an event that the collector accepts (${counts.join(', ')})`,
    'to send their lines again, export the payloads, correct them, and write them to a file that an agent follows:',
    `  ${command('export')} > letters.jsonl`,
    'to remove them:',
    `  ${command('drop')}`,
    '',
  ].join('\n')
}

function sumLetters(groups: readonly LetterGroup[]): number {
  return groups.reduce((sum, { letters }) => sum + letters, 0)
}

async function waitForReplay(letters: LettersDatabase, token: number, timeoutMs: number) {
  const deadlineMs = Date.now() + timeoutMs
  let progress = letters.readProgress(token)
  while (progress.waiting > 0 && Date.now() < deadlineMs) {
    await sleep(POLL_MS)
    progress = letters.readProgress(token)
  }
  return progress
}

function readTimeout(input: CommandInput): number {
  const text = textOption(input, 'timeout')
  if (text === undefined) return DEFAULT_TIMEOUT_MS
  const timeoutMs = parseDuration(text)
  if (timeoutMs !== undefined) return timeoutMs
  throw new UsageError(`--timeout takes a duration such as "90s" or "5m", not "${text}"`)
}
