import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import manifest from '../../package.json' with { type: 'json' }
import type { Platform } from '../../packaging/base-node.ts'
import { makeDist } from '../../packaging/dist.ts'

const root = join(import.meta.dirname, '../..')
const sources = ['src/**/*.ts', 'packaging/**/*.ts', 'package.json', 'package-lock.json']

export interface Dist {
  readonly dir: string
  readonly binary: (platform: Platform) => string
}

/** All that `make dist` makes, of the sources as they are now: built once, kept in build/ until they change. */
export async function buildDist(): Promise<Dist> {
  const dir = join(root, 'build/dist-test', await hashSources())
  if (!existsSync(dir)) {
    await rm(join(root, 'build/dist-test'), { recursive: true, force: true })
    const part = join(root, 'build/dist-test/part')
    await makeDist(part, join(root, 'build/dist-test/bundle'))
    await rename(part, dir)
  }
  return { dir, binary: platform => join(dir, `forwarder-${manifest.version}-${platform}`) }
}

async function hashSources(): Promise<string> {
  const names = await Array.fromAsync(glob(sources, { cwd: root }))
  const hash = createHash('sha256')
  for (const name of names.toSorted()) hash.update(`${name}\0`).update(await readFile(join(root, name)))
  return hash.digest('hex').slice(0, 16)
}
