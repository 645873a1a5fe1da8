import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import type { Readable, Writable } from 'node:stream'
import type { ExecutionContext } from 'ava'

export type ChildScript = ChildProcessByStdio<Writable, Readable, null>

/** Runs a script with this Node, its standard input and output as pipes; killed with the test. */
export function startScript(
  t: ExecutionContext,
  file: URL,
  args: readonly string[],
  { maxDescriptors }: { readonly maxDescriptors?: number } = {},
): ChildScript {
  const limit = maxDescriptors === undefined ? '' : `ulimit -n ${maxDescriptors} && `
  const command = ['-c', `${limit}exec "$0" "$@"`, process.execPath, file.pathname, ...args]
  const child = spawn('sh', command, { stdio: ['pipe', 'pipe', 'inherit'] })
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
