import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { ExecutionContext } from 'ava'

export type ChildScript = ChildProcessByStdio<Writable, Readable, null>

/** Runs a script with this Node, its standard input and output as pipes; killed with the test. */
export function startScript(t: ExecutionContext, file: URL, args: readonly string[]): ChildScript {
  return start(t, [process.execPath, file.pathname, ...args])
}

/** As `startScript`, for a process that may have no more than so many descriptors. */
export function startScriptWithin(
  t: ExecutionContext,
  maxDescriptors: number,
  [file, ...args]: readonly [URL, ...string[]],
): ChildScript {
  const limited = `ulimit -n ${maxDescriptors} && exec "$0" "$@"`
  return start(t, ['sh', '-c', limited, process.execPath, file.pathname, ...args])
}

function start(t: ExecutionContext, [program, ...args]: readonly [string, ...string[]]): ChildScript {
  const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => kill(child))
  return child
}

/** Sends SIGKILL and resolves when the process is gone. */
export async function kill(child: ChildScript): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
