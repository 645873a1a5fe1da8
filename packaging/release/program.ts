import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ReleaseError } from './error.ts'

const run = promisify(execFile)

export interface ProgramRun {
  /** The beginning of the message if the program fails; the program's output follows. */
  readonly failure: string
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Reads what a program prints, without the last newline. Throws a ReleaseError with its output. */
export async function readProgram(command: string, args: readonly string[], given: ProgramRun): Promise<string> {
  const { failure, cwd, env } = given
  try {
    const options = { ...(cwd !== undefined && { cwd }), ...(env !== undefined && { env }), maxBuffer: 1 << 26 }
    return (await run(command, [...args], options)).stdout.replace(/\n$/u, '')
  } catch (error) {
    throw new ReleaseError(`${failure}: ${explain(command, error)}`, error)
  }
}

function explain(command: string, error: unknown): string {
  const { code, stderr = '', message } = error as { code?: unknown; stderr?: string; message: string }
  if (code === 'ENOENT') return `the program ${command} is missing; install it (test/prepare does)`
  return stderr.trim() || message
}
