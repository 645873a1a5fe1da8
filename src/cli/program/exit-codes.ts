/** What the process ends with. The same list is in docs/cli.md and in `--help`. */
export const EXIT = {
  /** Done, or stopped in order. */
  done: 0,
  /** Wrong use or wrong configuration. */
  usage: 1,
  /** Could not start, or could not go on. */
  failed: 2,
  /** Standard input ended and something of it stayed unconfirmed. */
  unconfirmed: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
