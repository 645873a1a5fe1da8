import type { ExitCode } from './exit-codes.ts'
import type { HeldSignals } from './held-signals.ts'

/** Where a command writes; `process.stdout` is one. */
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
  /** Signals received since the program started. A role acts on them; for any other command they are released first. */
  readonly heldSignals?: HeldSignals
}

export interface CommandInput {
  readonly args: readonly string[]
  /** By name as written, without dashes: `config`, `spool-size`. Repeatable ones are lists, empty when not given. */
  readonly options: Readonly<Record<string, string | boolean | readonly string[] | undefined>>
  readonly terminal: Terminal
}

export interface CommandOption {
  /** `--config <path>`, `--json`. `<path>` is a file and `<dir>` a directory: shells complete them as such. */
  readonly flags: string
  readonly help: string
  readonly isRepeatable?: boolean
  /** Accepted, but left out of the help. */
  readonly isHidden?: boolean
  /** The command refuses to run without it. */
  readonly isRequired?: true
  /** Every accepted value. */
  readonly values?: readonly string[]
}

/** One subcommand, as its file describes it. `dispatch.ts` turns it into one of commander's. */
export interface Command {
  /** The words as typed: `agent`, `ca issue server`. */
  readonly name: string
  readonly summary: string
  /** `[query]`, `<name>`; none by default. */
  readonly args?: string
  /** Every accepted value of `args`. */
  readonly argValues?: readonly string[]
  readonly options: readonly CommandOption[]
  readonly examples: readonly string[]
  /** It runs until it is stopped, and handles signals itself. */
  readonly isRole?: true
  /** Imports what it needs only when called, so that no command loads the parts of another. */
  run(input: CommandInput): Promise<ExitCode>
}

/** Words that only hold other commands, such as `ca issue`. */
export interface CommandGroup {
  readonly name: string
  readonly summary: string
}

/** Everything that the command line offers. */
export interface CommandSet {
  readonly commands: readonly Command[]
  readonly groups: readonly CommandGroup[]
  /** Name of the command that runs when none is named. */
  readonly main: string
}
