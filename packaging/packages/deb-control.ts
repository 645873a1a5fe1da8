// Files that dpkg reads: deb-control(5), deb-conffiles(5), deb-md5sums(5).
import { createHash } from 'node:crypto'
import { lstat, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Platform } from '../base-node.ts'
import type { Entry } from './entry.ts'
import { maintainer } from './maintainer.ts'
import { description, type Release, revision, summary } from './release.ts'

const architectures = { 'linux-x64': 'amd64', 'linux-arm64': 'arm64' } as const

/**
 * Versions of the symbols that the executable needs (dpkg-shlibdeps would take those of the Debian that it runs on). Debian
 * 10 has another name for libgcc.
 */
const libraries = ['libatomic1', 'libc6 (>= 2.28)', 'libgcc-s1 | libgcc1 (>= 1:4.2)', 'libstdc++6 (>= 7)']

export interface Subject {
  readonly release: Release
  readonly platform: Platform
  readonly entries: readonly Entry[]
  /** The directory with the entries. */
  readonly dir: string
}

export function debName({ version }: Release, platform: Platform): string {
  return `forwarder_${version}-${revision}_${architectures[platform]}.deb`
}

export async function renderControl({ release, platform, entries, dir }: Subject): Promise<string> {
  const fields = {
    Package: 'forwarder',
    Version: `${release.version}-${revision}`,
    Architecture: architectures[platform],
    Maintainer: maintainer,
    'Installed-Size': String(await installedKib(entries, dir)),
    'Pre-Depends': 'init-system-helpers (>= 1.54~)',
    Depends: [...libraries, 'adduser'].join(', '),
    Section: 'admin',
    Priority: 'optional',
    Description: summary,
  }
  const head = Object.entries(fields).map(([name, value]) => `${name}: ${value}\n`)
  const paragraphs = description.map(paragraph => paragraph.replaceAll(/^/gmu, ' '))
  return `${head.join('')}${paragraphs.join('\n .\n')}\n`
}

export function renderConffiles(entries: readonly Entry[]): string {
  return entries.flatMap(({ path, isConfiguration }) => (isConfiguration ? [`${path}\n`] : [])).join('')
}

export async function renderSums(entries: readonly Entry[], dir: string): Promise<string> {
  const lines: string[] = []
  for (const { path, content, isConfiguration } of entries) {
    if (content === undefined || isConfiguration) continue
    const sum = createHash('md5').update(await readFile(join(dir, path)))
    lines.push(`${sum.digest('hex')}  ${path.slice(1)}\n`)
  }
  return lines.join('')
}

/** In KiB: one for each directory, and each file rounded up, independent of the file system. */
async function installedKib(entries: readonly Entry[], dir: string): Promise<number> {
  let sum = 0
  for (const { path, content } of entries) {
    sum += content === undefined ? 1 : Math.ceil((await lstat(join(dir, path))).size / 1024)
  }
  return sum
}
