import { holdSignals } from './program/held-signals.ts'
import { endWithReader } from './program/standard-output.ts'

/** The whole program: reads the process's arguments and sets its exit code. */
export async function start(): Promise<void> {
  const heldSignals = holdSignals()
  endWithReader(process.stdout)
  // All the rest is loaded only now that no signal can end the program by surprise.
  const { run } = await import('./run.ts')
  process.exitCode = await run(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
    heldSignals,
  })
}
