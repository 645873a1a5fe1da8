// Makes the packages that tests install, in the directory of the second argument, of what `make dist` made in the first. Run it
// under a lock.
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import manifest from '../../../package.json' with { type: 'json' }
import { makePackages } from '../../../packaging/packages.ts'
import { listForDeb, listForRpm } from '../../../packaging/packages/contents.ts'
import { makeDeb } from '../../../packaging/packages/deb.ts'
import type { Entry } from '../../../packaging/packages/entry.ts'
import { makeRpm } from '../../../packaging/packages/rpm.ts'
import { OLD_VERSION, VERSION } from '../packages/packages.ts'

const [, , dist = '', dir = ''] = process.argv
const all = dirname(dir)
const [output, work] = [join(all, 'part'), join(all, 'work')]
const compression = 'none'
const epoch = 1_700_000_000

if (!existsSync(dir)) {
  await rm(all, { recursive: true, force: true })
  await mkdir(output, { recursive: true })
  const release = { version: VERSION, epoch }
  for (const platform of ['linux-x64', 'linux-arm64'] as const) {
    await makePackages({ dist, output, work, release, platform, compression })
  }
  await makeOlder()
  await rename(output, dir)
}

async function older(entries: readonly Entry[]): Promise<Entry[]> {
  return await Promise.all(entries.map(makeEntryOlder))
}

/** The same program under an earlier version, with other words in the configurations that it ships. */
async function makeOlder(): Promise<void> {
  const release = { version: OLD_VERSION, epoch: epoch - 1 }
  const built = {
    binary: join(dist, `forwarder-${manifest.version}-linux-x64`),
    licences: join(dist, 'THIRD-PARTY-LICENSES'),
  }
  const order = { release, platform: 'linux-x64', output, compression, licence: 'Apache-2.0' } as const
  await makeDeb({ ...order, work: join(work, 'deb'), entries: await older(await listForDeb(built, release)) })
  await makeRpm({ ...order, work: join(work, 'rpm'), entries: await older(await listForRpm(built)) })
}

async function makeEntryOlder(entry: Entry): Promise<Entry> {
  const { content, isConfiguration } = entry
  if (!isConfiguration || content === undefined) return entry
  const text = typeof content === 'string' ? await readFile(content, 'utf8') : content.toString()
  return { ...entry, content: Buffer.from(`# As it was shipped before.\n${text}`) }
}
