import { run } from './cli/run.ts'
import { endWithReader } from './cli/standard-output.ts'

endWithReader(process.stdout)
process.exitCode = await run(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  environment: process.env,
})
