import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { ExecutionContext } from 'ava'
import { makeTempDir } from './temp-dir.ts'

const run = promisify(execFile)

/** A file system of its own of the given KiB, unmounted with the test; needs root. */
export async function mountTinyDisk(t: ExecutionContext, kib: number): Promise<string> {
  const path = await makeTempDir(t)
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', path])
  t.teardown(() => run('umount', ['-l', path]))
  return path
}

/** Makes it read-only or writable again. */
export async function remount(path: string, mode: 'ro' | 'rw'): Promise<void> {
  await run('mount', ['-o', `remount,${mode}`, path])
}
