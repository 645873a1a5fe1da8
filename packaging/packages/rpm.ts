import { execFile } from 'node:child_process'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { Platform } from '../base-node.ts'
import { root } from '../bundle.ts'
import { renderRpmChangelog } from './changelog.ts'
import type { Entry } from './entry.ts'
import { maintainer } from './maintainer.ts'
import type { Order } from './order.ts'
import { description, type Release, revision, summary } from './release.ts'
import { setTimes, stage } from './stage.ts'

const run = promisify(execFile)

const architectures = { 'linux-x64': 'x86_64', 'linux-arm64': 'aarch64' } as const

/** Makes a package with rpmbuild and resolves with its path. */
export async function makeRpm(order: Order): Promise<string> {
  const { release, platform, entries, output, work } = order
  const staged = join(work, 'staged')
  await rm(work, { recursive: true, force: true })
  await stage(entries, staged)
  await setTimes(staged, release.epoch)
  const spec = join(work, 'forwarder.spec')
  await writeFile(spec, await renderSpec(order, staged))
  const settings = Object.entries({
    _topdir: work,
    _rpmdir: work,
    _dbpath: join(work, 'database'),
    _rpmfilename: 'forwarder.rpm',
  })
  const defines = settings.flatMap(([name, value]) => ['--define', `${name} ${value}`])
  const env = { ...process.env, LC_ALL: 'C', SOURCE_DATE_EPOCH: String(release.epoch) }
  await run('rpmbuild', ['-bb', '--quiet', ...defines, '--target', `${architectures[platform]}-linux`, spec], { env })
  await mkdir(output, { recursive: true })
  const path = join(output, rpmName(release, platform))
  await rename(join(work, 'forwarder.rpm'), path)
  await rm(work, { recursive: true })
  return path
}

export function rpmName({ version }: Release, platform: Platform): string {
  return `forwarder-${version}-${revision}.${architectures[platform]}.rpm`
}

async function renderSpec({ release, entries, licence, compression }: Order, staged: string): Promise<string> {
  const dir = join(root, 'packaging/rpm')
  const script = async (name: string) => await readFile(join(dir, name), 'utf8')
  const values: Readonly<Record<string, string>> = {
    // rpm of RHEL 7 and newer reads xz.
    PAYLOAD: compression === 'xz' ? 'w2.xzdio' : 'w.ufdio',
    VERSION: release.version,
    REVISION: revision,
    SUMMARY: `${summary[0]?.toUpperCase()}${summary.slice(1)}`,
    LICENCE: licence,
    MAINTAINER: maintainer,
    DESCRIPTION: description.join('\n\n'),
    STAGED: staged,
    PRE: await script('pre'),
    POST: await script('post'),
    PREUN: await script('preun'),
    POSTUN: await script('postun'),
    POSTTRANS: await script('posttrans'),
    FILES: entries.map(renderEntry).join('\n'),
    CHANGELOG: renderRpmChangelog(release),
  }
  const template = await readFile(join(dir, 'forwarder.spec'), 'utf8')
  return template.replaceAll(/@([A-Z]+)@/gu, (_, name: string) => values[name] ?? '')
}

/** Parent directories such as /usr/bin belong to other packages. */
function renderEntry({ path, mode, owner, group, content, isConfiguration }: Entry): string {
  const attributes = `%attr(${mode.toString(8).padStart(4, '0')},${owner},${group}) ${path}`
  if (content === undefined) return `%dir ${attributes}`
  return isConfiguration ? `%config(noreplace) ${attributes}` : attributes
}
