import { readdir, readFile } from 'node:fs/promises'
import type { SystemdMachine } from './systemd.ts'
import { startPerl } from './systemd-units.ts'
import { until } from '../time/until.ts'

/** Stops one thread of a process by its name, as a debugger does; all other threads continue. The returned function releases it. */
export async function freezeThread(machine: SystemdMachine, pid: number, name: string): Promise<() => Promise<void>> {
  const thread = await findThread(machine, pid, name)
  const [trace, seize, interrupt] = [101, 0x4206, 0x4207] // ptrace(2) on x86-64, PTRACE_SEIZE, PTRACE_INTERRUPT
  const request = (what: number) => `syscall(${trace}, ${what}, ${thread}, 0, 0) == 0 or die $!`
  // The kernel keeps a thread that was killed until its tracer has seen its end: with __WALL, as it is no child.
  const lines = [request(seize), request(interrupt), '1 while waitpid(-1, 0x40000000) > 0', 'sleep']
  const letGo = await startPerl(machine, 'freezer', lines.join(';\n'))
  const status = machine.outside(`/proc/${pid}/task/${thread}/status`)
  await until(async () => /^State:\tt/mu.test(await readFile(status, 'utf8')), 'the thread is stopped')
  return letGo
}

async function findThread(machine: SystemdMachine, pid: number, name: string): Promise<string> {
  const tasks = machine.outside(`/proc/${pid}/task`)
  for (const thread of await readdir(tasks))
    if ((await readFile(`${tasks}/${thread}/comm`, 'utf8')) === `${name}\n`) return thread
  throw new Error(`process ${pid} has no thread ${name}`)
}
