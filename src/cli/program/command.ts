import type { ExitCode } from './exit-codes.ts'
import type { HeldSignals } from './held-signals.ts'

/** Where a command speaks: `process.stdout` is one. */
export interface Output {
  write(text: string): unknown
  readonly isTTY?: boolean
  readonly columns?: number
}

export interface Terminal {
  /** Results only, so that they can be piped. */
  readonly out: Output
  /** Everything else. */
  readonly err: Output
  readonly environment: Readonly<Record<string, string | undefined>>
  /** Those that came since the program began. A role acts on them; before any other command they are let go. */
  readonly heldSignals?: HeldSignals
}

export interface CommandInput {
  readonly args: readonly string[]
  /** By name as written, without dashes: `config`, `spool-size`. Repeatable ones are lists, empty when not given. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly terminal: Terminal
}

export interface CommandOption {
  /** `--config <path>`, `--json`. A `<path>` is a file's, a `<dir>` a directory's: shells complete them as such. */
  readonly flags: string
  readonly help: string
  readonly isRepeatable?: boolean
  /** Understood, but not in the help. */
  readonly isHidden?: boolean
  /** The command can't do without it, and says so. */
  readonly isRequired?: true
  /** All values that there are. */
  readonly values?: readonly string[]
}

/** One subcommand, as its file describes it. `program.ts` makes commander's of it. */
export interface Command {
  /** Words as they are typed: `agent`, `ca issue server`. */
  readonly name: string
  readonly summary: string
  /** `[query]`, `<name>`; none by default. */
  readonly args?: string
  /** All that `args` can be. */
  readonly argValues?: readonly string[]
  readonly options: readonly CommandOption[]
  readonly examples: readonly string[]
  /** It runs until it is told to end, and listens for signals itself. */
  readonly isRole?: true
  /** Imports what it needs only then, so that no command waits for the parts of another. */
  run(input: CommandInput): Promise<ExitCode>
}

/** Wrong use of the command line: a sentence and exit code 1. */
export class UsageError extends Error {
  readonly code = 'USAGE'

  constructor(message: string) {
    super(message)
    this.name = 'UsageError'
  }
}

export function textOption({ options }: CommandInput, name: string): string | undefined {
  const value = options[name]
  return typeof value === 'string' ? value : undefined
}

export function requiredOption(input: CommandInput, name: string): string {
  const value = textOption(input, name)
  if (value === undefined) throw new UsageError(`--${name} is missing; forwarder --help shows examples`)
  return value
}

export function listOption({ options }: CommandInput, name: string): readonly string[] {
  const value = options[name]
  return Array.isArray(value) ? value : []
}

/** A whole number within bounds. Throws a UsageError for anything else. */
export function countOption(input: CommandInput, name: string, from: number, to: number): number | undefined {
  const text = textOption(input, name)
  if (text === undefined) return undefined
  const value = /^\d{1,15}$/u.test(text) ? Number(text) : Number.NaN
  if (value >= from && value <= to) return value
  throw new UsageError(`--${name} takes a whole number from ${from} to ${to}, not "${text}"`)
}
