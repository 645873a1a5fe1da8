import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { glob, mkdir, readFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../../package.json' with { type: 'json' }
import type { Platform } from '../../../packaging/base-node.ts'
import { debName } from '../../../packaging/packages/deb-control.ts'
import { rpmName } from '../../../packaging/packages/rpm.ts'
import { buildDist } from './single-executable.ts'

const run = promisify(execFile)
const root = join(import.meta.dirname, '../../..')
const script = join(import.meta.dirname, '../scripts/build-packages.ts')
const sources = [
  'packaging/**/*',
  'systemd/*',
  'config/packaged/*',
  'docs/*.md',
  '{LICENSE,README.md,CHANGELOG.md}',
  'test/helpers/{packages/,scripts/build-}packages.ts',
]

export const VERSION = manifest.version
/** The version of packages with the same program that tests upgrade; there is one for linux-x64. */
export const OLD_VERSION = '0.0.9'

export interface Packages {
  readonly dir: string
  readonly deb: (version?: string, platform?: Platform) => string
  readonly rpm: (version?: string, platform?: Platform) => string
}

/** Builds the results of `make packages`, without compression: once, kept in build/ until a source changes. */
export async function buildPackages(): Promise<Packages> {
  const dist = await buildDist()
  const dir = join(root, 'build/packages-test', `${basename(dist.dir)}-${await hashSources()}`)
  await mkdir(dirname(dirname(dir)), { recursive: true })
  if (!existsSync(dir)) await run('flock', [`${dirname(dir)}.lock`, process.execPath, script, dist.dir, dir])
  const named =
    (name: typeof debName) =>
    (version = VERSION, platform: Platform = 'linux-x64') =>
      join(dir, name({ version, epoch: 0 }, platform))
  return { dir, deb: named(debName), rpm: named(rpmName) }
}

// As a program: builds them before the first test needs them.
if (import.meta.main) await buildPackages()

async function hashSources(): Promise<string> {
  const names = await Array.fromAsync(glob(sources, { cwd: root, withFileTypes: true }))
  const hash = createHash('sha256')
  const paths = names.filter(entry => entry.isFile()).map(entry => join(entry.parentPath, entry.name))
  for (const path of paths.toSorted()) hash.update(`${path}\0`).update(await readFile(path))
  return hash.digest('hex').slice(0, 16)
}
