import { readdirSync, readFileSync } from 'node:fs'

/** Sends SIGSTOP and waits until all threads of the process have stopped; kill alone returns before that. */
export function stopProcess(pid: number): void {
  process.kill(pid, 'SIGSTOP')
  while (!isStopped(pid)) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
}

function isStopped(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every(thread => isThreadStopped(`/proc/${pid}/task/${thread}/stat`))
}

function isThreadStopped(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').split(') ').at(-1)?.startsWith('T') === true
  } catch {
    return true // it ended meanwhile
  }
}
