// A container whose log the real conmon writes, as for Podman and CRI-O. The runtime is a script: what conmon reads are the
// pipes of a process, and it need not be in a container for that.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { TeardownScope } from '../process/scope.ts'
import { until } from '../time/until.ts'
import { makeTempDir } from './temp-dir.ts'

const RUNTIME = `#!/bin/sh
for word; do
  [ "$previous" = --pid-file ] && pidfile=$word
  [ "$previous" = --bundle ] && bundle=$word
  previous=$word
done
case " $* " in *" create "*) "$bundle/run" & echo $! > "$pidfile" ;; esac
`

export interface Container {
  /** The log gets another name, and conmon is asked to open a new one: so does the kubelet. */
  rotate(to: string): Promise<void>
  /** Ends once the program has ended and everything is written. */
  readonly ended: Promise<unknown>
}

/** `script`: what the shell of the container runs. */
export async function startContainer(t: TeardownScope, logPath: string, script: string): Promise<Container> {
  const dir = await makeTempDir(t)
  const bundle = join(dir, 'bundle')
  const runtime = join(dir, 'runtime')
  await mkdir(bundle)
  await mkdir(dirname(logPath), { recursive: true })
  await writeFile(join(bundle, 'config.json'), '{}')
  for (const [path, text] of [
    [runtime, RUNTIME],
    [join(bundle, 'run'), `#!/bin/sh\n${script}`],
  ] as const) {
    await writeFile(path, text)
    await chmod(path, 0o755)
  }
  const places = ['--exit-dir', dir, '--persist-dir', dir, '--socket-dir-path', dir, '-p', join(dir, 'pid')]
  const words = ['--sync', '-c', 'web', '-u', 'web', '-n', 'web', '-r', runtime, '-b', bundle]
  const conmon = spawn('conmon', [...words, ...places, '-l', `k8s-file:${logPath}`], { stdio: 'ignore' })
  t.teardown(() => void conmon.kill())
  // Its exit code is that of the program only where a runtime reports it.
  const ended = once(conmon, 'exit')
  const rotate = async (to: string) => {
    await rename(logPath, to)
    await writeFile(join(bundle, 'ctl'), '2 0 0\n')
    await until(() => isThere(logPath), 'conmon has opened another log')
  }
  return { rotate, ended }
}

async function isThere(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined)
  return found !== undefined
}
