// Packages the results of `make dist` for Debian and for distributions with rpm: node packaging/packages.ts [directory]
import { mkdir, readFile, stat } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import type { Platform } from './base-node.ts'
import { root } from './bundle.ts'
import { listForDeb, listForRpm } from './packages/contents.ts'
import { licenceExpression } from './packages/copyright.ts'
import { makeDeb } from './packages/deb.ts'
import type { Order } from './packages/order.ts'
import { type Release, thisRelease } from './packages/release.ts'
import { makeRpm } from './packages/rpm.ts'
import { addSums } from './release/sums.ts'

const platforms: readonly Platform[] = ['linux-x64', 'linux-arm64']

export interface PackagesOrder {
  /** The directory with the results of `make dist`. */
  readonly dist: string
  /** The directory for the packages. */
  readonly output: string
  readonly work: string
  readonly release: Release
  readonly platform: Platform
  readonly compression: Order['compression']
}

/** Makes the two packages for a platform and resolves with their paths. */
export async function makePackages({ dist, ...order }: PackagesOrder): Promise<readonly string[]> {
  const built = {
    binary: join(dist, `forwarder-${manifest.version}-${order.platform}`),
    licences: join(dist, 'THIRD-PARTY-LICENSES'),
  }
  await mkdir(order.output, { recursive: true })
  const licence = licenceExpression(await readFile(built.licences, 'utf8'))
  const work = (kind: string) => join(order.work, `${kind}-${order.platform}`)
  const deb = { ...order, licence, work: work('deb'), entries: await listForDeb(built, order.release) }
  const rpm = { ...order, licence, work: work('rpm'), entries: await listForRpm(built) }
  return await Promise.all([makeDeb(deb), makeRpm(rpm)])
}

async function makeAllPackages(dist: string): Promise<void> {
  const release = await thisRelease()
  const made: string[] = []
  process.stdout.write('building packages (compressing takes some minutes) …\n')
  for (const platform of platforms) {
    const place = { dist, output: dist, work: join(root, 'build/packages') }
    for (const path of await makePackages({ ...place, release, platform, compression: 'xz' })) {
      const { size } = await stat(path)
      process.stdout.write(`${relative('', path)}  ${Math.ceil(size / 1000).toLocaleString('en')} kB\n`)
      made.push(path)
    }
  }
  await addSums(dist, made)
}

if (import.meta.main) {
  process.umask(0o022)
  const [dir = join(root, 'dist')] = process.argv.slice(2)
  await makeAllPackages(resolve(dir))
}
