/** Exit codes of the process. The same list is in docs/cli.md and in `--help`. */
export const EXIT = {
  /** Finished, or stopped in order. */
  done: 0,
  /** Invalid command line or configuration. */
  usage: 1,
  /** Could not start, or could not continue. */
  failed: 2,
  /** Standard input ended and some of its lines were not acked. */
  unconfirmed: 3,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]
