import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { runCommandLine } from '../../../src/cli/command-line.ts'
import { forwarderCommand } from './roles.ts'

export interface Spoken {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** Runs a command line within this process, as `main.ts` would. */
export async function runInside(args: readonly string[]): Promise<Spoken> {
  const spoken = { out: '', err: '' }
  const code = await runCommandLine(args, {
    out: { write: (piece: string) => (spoken.out += piece) },
    err: { write: (piece: string) => (spoken.err += piece) },
    environment: {},
  })
  return { code, ...spoken }
}

/** Runs the real program as a user would. */
export async function runProgram(args: readonly string[], input = ''): Promise<Spoken> {
  return await listenTo([forwarderCommand, ...args], input)
}

/** The same with other files mounted at these absolute paths for the process alone; files must exist there already. */
export async function runProgramWith(files: ReadonlyMap<string, string>, args: readonly string[]): Promise<Spoken> {
  const mounts = [...files].map(([path, other]) => `mount --bind '${other}' '${path}' && `)
  const asRoot = process.getuid?.() === 0 ? [] : ['--map-root-user']
  const shell = ['unshare', ...asRoot, '--mount', 'sh', '-c', `${mounts.join('')}exec "$0" "$@"`]
  return await listenTo([...shell, forwarderCommand, ...args])
}

async function listenTo([program = '', ...args]: readonly string[], input = ''): Promise<Spoken> {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] })
  child.stdin.end(input)
  const ended = new Promise<number | null>(resolve => child.once('close', resolve))
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  return { code, out, err }
}
