import { readdirSync, readFileSync } from 'node:fs'

/** Sends SIGSTOP and waits until all threads of the process have stopped; kill alone returns before that. */
export function stopProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  waitUntilStopped(pid)
}

/** The same for all processes of a group, which has the id of its leader. */
export function stopProcessGroup(leader: number): void {
  process.kill(-leader, 'SIGSTOP')
  for (const pid of listGroup(leader)) waitUntilStopped(pid)
}

/** The ids of the processes of a group. */
export function listGroup(leader: number): number[] {
  const isMember = (pid: string) => fieldsAfterName(`/proc/${pid}/stat`)[2] === String(leader)
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && isMember(name))
    .map(Number)
}

function waitUntilStopped(pid: number): void {
  while (!isStopped(pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
}

function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every(thread => isThreadStopped(`/proc/${pid}/task/${thread}/stat`))
}

function isThreadStopped(path: string): boolean {
  const [state] = fieldsAfterName(path)
  return state === undefined || 'TZX'.includes(state) // stopped, or ended
}

/** State, parent, group and so on of a process or thread; none if it has ended. */
function fieldsAfterName(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split(') ').at(-1)?.split(' ') ?? []
  } catch {
    return [] // it has ended meanwhile
  }
}
