import { execFile, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import type { TeardownScope } from '../process/scope.ts'
import { buildDist } from '../packages/single-executable.ts'
import { until } from '../time/until.ts'

const run = promisify(execFile)
const script = join(import.meta.dirname, '../scripts/boot-systemd.sh')
const checkout = join(import.meta.dirname, '../../..')

export interface CommandResult {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

/** A record of the journal, with the members that tests look at. */
export interface JournalRecord {
  readonly MESSAGE: string
  /** As in syslog: 3 is an error, 6 information. */
  readonly PRIORITY: string
  readonly _PID?: string
}

/**
 * A systemd that is PID 1 of its own namespaces: own root (an overlay in memory), processes, network, host name. The user
 * `forwarder`, our units and, as /usr/bin/forwarder, the executable of `make dist` are installed; nothing of ours runs.
 */
export interface SystemdMachine {
  /** Runs a command there as root and gives what it prints; an exit code other than 0 rejects, with all that was said. */
  run(...command: readonly string[]): Promise<string>
  /** The same, whatever it ends with. */
  attempt(...command: readonly string[]): Promise<CommandResult>
  /** A shell's lines, as `run`. */
  sh(lines: string): Promise<string>
  systemctl(...args: readonly string[]): Promise<string>
  /** Of a unit, as `systemctl show` has it. */
  property(unit: string, name: string): Promise<string>
  /** All that systemd and the unit have said since the machine was started. */
  journal(unit: string): Promise<readonly JournalRecord[]>
  /** Where a file of it is found from outside. */
  outside(path: string): string
  /** A file of it with this text, made with its directories. */
  put(path: string, text: string): Promise<void>
  /** A drop-in for the next start of a unit. */
  dropIn(unit: string, name: string, text: string): Promise<void>
}

export interface MachineOptions {
  /** Nothing of forwarder is there: for packages, which bring all of it. */
  readonly isBare?: boolean
}

export async function startSystemd(
  scope: TeardownScope,
  { isBare = false }: MachineOptions = {},
): Promise<SystemdMachine> {
  if (process.getuid?.() !== 0) throw new Error('systemd in namespaces of its own can only be started by root')
  const program = isBare ? '' : (await buildDist()).binary('linux-x64')
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-systemd-'))
  const logPath = `${dir}.log`
  const log = openSync(logPath, 'w')
  const child = spawn(script, [dir, program, checkout], { stdio: ['ignore', log, log] })
  closeSync(log)
  const isGone = () => child.exitCode !== null || child.signalCode !== null
  const killNow = () => void child.kill('SIGKILL') // takes its PID 1 along, and that one all others
  process.once('exit', killNow)
  scope.teardown(async () => {
    killNow()
    process.off('exit', killNow)
    await until(isGone, 'systemd has ended')
    await until(async () => (await run(script, ['--clean', String(child.pid)])).stdout === '', 'its cgroups are gone')
    await rm(dir, { recursive: true })
    await rm(logPath)
  })
  const init = async () => {
    const children = await readFile(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8')
    return Number(children.trim())
  }
  const isBooted = async () => {
    if (isGone()) throw new Error('it has ended')
    const pid = await init()
    // Before it has its own root this machine's systemd would answer, and get all later commands.
    if (!existsSync(`/proc/${pid}/root/etc/systemd/system/machine.target`)) return false
    const state = await attempt(pid, ['systemctl', 'is-system-running'])
    return /^(?:running|degraded)/u.test(state.stdout)
  }
  await until(isBooted, 'systemd is up').catch(async (cause: unknown) => {
    const remedy = 'it needs root, unshare, overlay file systems, and the Debian packages systemd and dbus'
    const said = await readFile(logPath, 'utf8')
    throw new Error(`systemd could not be started in namespaces of its own: ${remedy}. ${String(cause)}; ${said}`, {
      cause,
    })
  })
  return makeMachine(await init())
}

function makeMachine(pid: number): SystemdMachine {
  const machine: SystemdMachine = {
    attempt: async (...command) => await attempt(pid, command),
    async run(...command) {
      const { code, stdout, stderr } = await machine.attempt(...command)
      if (code === 0) return stdout
      const latest = await machine.attempt('journalctl', '--no-pager', '--lines=30')
      throw new Error(`${command.join(' ')} ended with ${code}: ${stderr}${stdout}\n${latest.stdout}`)
    },
    sh: async lines => await machine.run('sh', '-euc', lines),
    systemctl: async (...args) => await machine.run('systemctl', ...args),
    property: async (unit, name) =>
      (await machine.systemctl('show', '--property', name, '--value', unit)).replace(/\n$/u, ''),
    async journal(unit) {
      await machine.run('journalctl', '--sync')
      const text = await machine.run('journalctl', '--unit', unit, '--output', 'json', '--all', '--quiet')
      return text.split('\n').flatMap(line => (line === '' ? [] : [JSON.parse(line) as JournalRecord]))
    },
    outside: path => join(`/proc/${pid}/root`, path),
    async put(path, text) {
      await mkdir(dirname(machine.outside(path)), { recursive: true })
      await writeFile(machine.outside(path), text)
    },
    async dropIn(unit, name, text) {
      await machine.put(`/etc/systemd/system/${unit}.d/${name}.conf`, text)
      await machine.systemctl('daemon-reload')
    },
  }
  return machine
}

const NAMESPACES = ['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wd']

async function attempt(pid: number, command: readonly string[]): Promise<CommandResult> {
  const env = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' }
  try {
    const args = [`--target=${pid}`, ...NAMESPACES, '--', ...command]
    return { code: 0, ...(await run('nsenter', args, { env, maxBuffer: 1 << 26 })) }
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: unknown; stdout?: string; stderr?: string }
    if (typeof code !== 'number') throw error
    return { code, stdout: stdout ?? '', stderr: stderr ?? '' }
  }
}
