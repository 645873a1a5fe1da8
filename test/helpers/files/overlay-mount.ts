import { spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import type { TeardownScope } from '../process/scope.ts'
import { kill } from '../process/child-script.ts'
import { makeTempDir } from './temp-dir.ts'

/** The root of a container: what its image has, under a layer of its own; needs root. */
export interface OverlayMount {
  /** As processes within see it. */
  readonly path: string
  /** The same directory as this process sees it. */
  readonly outside: string
  /** Words that start a command within. */
  readonly within: string
}

const SCRIPT = `
mount -t tmpfs tmpfs "$1/layers"
mkdir "$1/layers/upper" "$1/layers/work"
mount -t overlay -o "lowerdir=$1/image,upperdir=$1/layers/upper,workdir=$1/layers/work" overlay "$1/root"
echo ready
exec sleep infinity`

/** Mounts it in a mount namespace of its own, which ends with the test. `fill` writes the files of the image. */
export async function mountOverlay(t: TeardownScope, fill: (image: string) => Promise<void>): Promise<OverlayMount> {
  const dir = await makeTempDir(t)
  for (const name of ['image', 'layers', 'root']) await mkdir(join(dir, name))
  await fill(join(dir, 'image'))
  const args = ['--mount', '--propagation', 'private', 'sh', '-euc', SCRIPT, 'sh', dir]
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] })
  t.teardown(() => kill(holder))
  const { value } = await createInterface(holder.stdout)[Symbol.asyncIterator]().next()
  if (value !== 'ready')
    throw new Error('an overlay can only be mounted by root, on a kernel with overlay file systems')
  const path = join(dir, 'root')
  return { path, outside: join(`/proc/${holder.pid}/root`, path), within: `nsenter --target ${holder.pid} --mount --` }
}
