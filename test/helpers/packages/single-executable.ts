import { createHash } from 'node:crypto'
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { glob, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../../package.json' with { type: 'json' }
import type { Platform } from '../../../packaging/base-node.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const script = join(import.meta.dirname, '../scripts/build-dist.ts')
const sources = ['src/**/*.ts', 'packaging/**/*.ts', 'package.json', 'package-lock.json']

export interface Dist {
  readonly dir: string
  readonly binary: (platform: Platform) => string
}

/** Builds the results of `make dist` from the current sources: once, kept in build/ until they change. */
export async function buildDist(): Promise<Dist> {
  const dir = join(root, 'build/dist-test', await hashSources())
  await mkdir(dirname(dirname(dir)), { recursive: true })
  // Several test files need it at once; the kernel releases the lock however the build ends.
  if (!existsSync(dir)) await run('flock', [`${dirname(dir)}.lock`, process.execPath, script, dir])
  return { dir, binary: platform => join(dir, `forwarder-${manifest.version}-${platform}`) }
}

// As a program: prints the path of the executable for this machine.
if (import.meta.main) process.stdout.write(`${(await buildDist()).binary('linux-x64')}\n`)

async function hashSources(): Promise<string> {
  const names = await Array.fromAsync(glob(sources, { cwd: root }))
  const hash = createHash('sha256')
  for (const name of names.toSorted()) hash.update(`${name}\0`).update(await readFile(join(root, name)))
  return hash.digest('hex').slice(0, 16)
}
