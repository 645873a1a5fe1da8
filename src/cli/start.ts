import { run } from './run.ts'
import { endWithReader } from './standard-output.ts'

/** The whole program: reads the process's arguments and sets its exit code. */
export async function start(): Promise<void> {
  endWithReader(process.stdout)
  process.exitCode = await run(process.argv.slice(2), {
    out: process.stdout,
    err: process.stderr,
    environment: process.env,
  })
}
