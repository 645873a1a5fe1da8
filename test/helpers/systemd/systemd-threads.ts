import { readdir, readFile } from 'node:fs/promises'
import type { SystemdMachine } from './systemd.ts'
import { startPerl } from './systemd-units.ts'
import { until } from '../time/until.ts'

/** epoll_wait(2) and epoll_pwait(2) on x86-64. */
const WAITS_FOR_EVENTS = /^(?:232|281) /u

/**
 * Stops one thread of a process by its name, as a debugger does; all other threads continue. It is stopped while it waits for
 * events: elsewhere it may hold a lock that the others need. The returned function releases it.
 */
export async function freezeThread(machine: SystemdMachine, pid: number, name: string): Promise<() => Promise<void>> {
  const thread = await findThread(machine, pid, name)
  const [trace, proceed, seize, interrupt] = [101, 7, 0x4206, 0x4207] // ptrace(2), PTRACE_CONT, PTRACE_SEIZE, PTRACE_INTERRUPT
  const allChildren = 0x40000000 // __WALL: a thread is not a child
  const request = (what: number) => `syscall(${trace}, ${what}, ${thread}, 0, 0) == 0 or die $!`
  const lines = [
    `${request(seize)};`,
    'while (1) {',
    `${request(interrupt)}; waitpid(${thread}, ${allChildren});`,
    `open my $call, '<', '/proc/${pid}/task/${thread}/syscall' or die $!; last if <$call> =~ /${WAITS_FOR_EVENTS.source}/;`,
    `${request(proceed)}; select(undef, undef, undef, 0.01) }`,
    // The kernel keeps a thread that was killed until its tracer has seen its end.
    `1 while waitpid(-1, ${allChildren}) > 0;`,
    'sleep',
  ]
  const letGo = await startPerl(machine, 'freezer', lines.join('\n'))
  const [status, call] = ['status', 'syscall'].map(file => machine.outside(`/proc/${pid}/task/${thread}/${file}`))
  const isStopped = async () =>
    /^State:\tt/mu.test(await readFile(status!, 'utf8')) && WAITS_FOR_EVENTS.test(await readFile(call!, 'utf8'))
  await until(isStopped, 'the thread is stopped')
  return letGo
}

async function findThread(machine: SystemdMachine, pid: number, name: string): Promise<string> {
  const tasks = machine.outside(`/proc/${pid}/task`)
  for (const thread of await readdir(tasks))
    if ((await readFile(`${tasks}/${thread}/comm`, 'utf8')) === `${name}\n`) return thread
  throw new Error(`process ${pid} has no thread ${name}`)
}
