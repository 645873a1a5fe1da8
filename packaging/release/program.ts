import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { ReleaseError } from './error.ts'

const run = promisify(execFile)

export interface ProgramRun {
  /** Said when it fails, before the program's own words. */
  readonly failure: string
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** What a program prints, without the last line's end. Throws a ReleaseError with what it said. */
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
  if (code === 'ENOENT') return `there is no program ${command} here; install it (test/prepare does)`
  return stderr.trim() || message
}
