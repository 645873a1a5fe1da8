import type { Writable } from 'node:stream'
import { EXIT } from './program/exit-codes.ts'
import { holdSignals } from './program/held-signals.ts'

/** How long what a library left open, such as an attempt to connect to etcd, may keep a process that is done. */
const LEFT_OPEN_MS = 1000

/** The whole program: reads the arguments of the process, and ends it with an exit code. */
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
  setTimeout(() => process.exit(), LEFT_OPEN_MS).unref()
}

/** When the reader of the results stops reading (`| head`), the program ends, and that is not a failure. */
function endWithReader(output: Writable): void {
  output.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.done)
    throw error
  })
}
