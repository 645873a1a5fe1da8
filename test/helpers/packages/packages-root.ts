import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { lstat, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { promisify } from 'node:util'
import type { TeardownScope } from '../process/scope.ts'

const run = promisify(execFile)
const script = join(import.meta.dirname, '../scripts/own-root.sh')

/** The path of the shared directory in every root. */
export const SHARED = '/mnt'

export interface Ended {
  readonly code: number
  /** Standard output, then standard error. */
  readonly said: string
}

/** A separate root: this machine's, with all changes in memory and without a running systemd. */
export interface OwnRoot {
  /** Runs a command there as root and returns its output; throws with the output if the exit code is not 0. */
  run(...command: readonly string[]): Promise<string>
  attempt(...command: readonly string[]): Promise<Ended>
  /** Runs a command as the user of the services. */
  runAsForwarder(...command: readonly string[]): Promise<string>
  read(path: string): Promise<string>
  write(path: string, text: string): Promise<void>
  has(path: string): Promise<boolean>
  /** Owner, group and mode such as `root:forwarder 0640`; does not follow links. */
  rights(path: string): Promise<string>
  /** Limits the sum of all written bytes from now on. */
  resize(mebibytes: number): Promise<void>
}

export interface RootOptions {
  /** Mounted at /mnt, read-only. */
  readonly shared: string
  readonly mebibytes?: number
}

export async function openRoot(t: TeardownScope, { shared, mebibytes = 2048 }: RootOptions): Promise<OwnRoot> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-root-'))
  const child = spawn(script, [dir, String(mebibytes), shared], { stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = once(child, 'exit')
  t.teardown(async () => {
    child.kill('SIGKILL') // its mounts end with it
    await ended
    await rm(dir, { recursive: true })
  })
  const complaint = text(child.stderr)
  const [line] = (await Promise.race([once(createInterface(child.stdout), 'line'), ended])) as [unknown]
  if (line !== 'ready') throw new Error(`no root of its own without root, unshare and overlay: ${await complaint}`)
  return makeRoot(child.pid ?? 0, dir)
}

function makeRoot(pid: number, dir: string): OwnRoot {
  const inside = (path: string) => join(`/proc/${pid}/root`, path)
  const attempt = async (...command: readonly string[]) => await enter(pid, ['--root', '--wd'], command)
  const runInside = async (...command: readonly string[]) => expectSuccess(command, await attempt(...command))
  return {
    attempt,
    run: runInside,
    runAsForwarder: async (...command) => await runInside('runuser', '-u', 'forwarder', '--', ...command),
    read: async path => await readFile(inside(path), 'utf8'),
    write: async (path, content) => await writeFile(inside(path), content),
    has: async path =>
      await lstat(inside(path)).then(
        () => true,
        () => false, // the failure is the answer
      ),
    rights: async path => (await runInside('stat', '--format=%U:%G %04a', path)).trim(),
    async resize(mebibytes) {
      const command = ['mount', '-o', `remount,size=${mebibytes}m`, dir]
      expectSuccess(command, await enter(pid, [], command))
    },
  }
}

const environment = {
  PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
  HOME: '/root',
  LC_ALL: 'C.UTF-8',
  DEBIAN_FRONTEND: 'noninteractive',
}

async function enter(pid: number, more: readonly string[], command: readonly string[]): Promise<Ended> {
  const args = [`--target=${pid}`, '--mount', ...more, '--', ...command]
  try {
    const { stdout, stderr } = await run('nsenter', args, { env: environment, maxBuffer: 1 << 26 })
    return { code: 0, said: stdout + stderr }
  } catch (error) {
    const { code, stdout = '', stderr = '' } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, said: stdout + stderr }
  }
}

function expectSuccess(command: readonly string[], { code, said }: Ended): string {
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${code}: ${said}`)
  return said
}
