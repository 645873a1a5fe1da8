import type { Writable } from 'node:stream'
import { EXIT } from './program/exit-codes.ts'
import { holdSignals } from './program/held-signals.ts'

/** The whole program: reads the arguments of the process and sets its exit code. */
export async function runProcess(): Promise<void> {
  const heldSignals = holdSignals()
  endWithReader(process.stdout)
  // Everything else is loaded only now that a signal can no longer kill the program half-started.
  const { runCommandLine } = await import('./command-line.ts')
  process.exitCode = await runCommandLine(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
    heldSignals,
  })
}

/** When the reader of the results stops reading (`| head`), the program ends, and that is not a failure. */
function endWithReader(output: Writable): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    throw error
  })
}
