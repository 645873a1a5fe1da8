// Makes the single executables and their papers: node packaging/dist.ts [directory] [platform …]
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join, relative, resolve } from 'node:path'
import manifest from '../package.json' with { type: 'json' }
import type { Platform } from './base-node.ts'
import { type Part, renderBillOfMaterials } from './bill-of-materials.ts'
import { makeBundle, root } from './bundle.ts'
import { makeExecutable } from './executable.ts'
import { renderLicences } from './licences.ts'
import { readLock } from './lock.ts'
import { sumFiles, SUMS, writeSums } from './release/sums.ts'

const platforms: readonly Platform[] = ['linux-x64', 'linux-arm64']

/** `work` takes intermediate files. Resolves with the paths of the results. */
export async function makeDist(dir: string, work: string, wanted = platforms): Promise<string[]> {
  await mkdir(dir, { recursive: true })
  const bundle = await makeBundle(work)
  const base = join(dir, `forwarder-${manifest.version}`)
  const making = wanted.map(async platform => {
    const output = `${base}-${platform}`
    await makeExecutable(bundle, { platform, output, dir: work })
    return output
  })
  const files = [...(await Promise.all(making)), ...(await writePapers(dir, base, bundle.packages))]
  await writeSums(dir, await sumFiles(files))
  return [...files, join(dir, SUMS)]
}

/** npm keeps no licence of a package that names it in the old form, a list. Throws an Error where there is none. */
async function withLicence<Found extends Part & { readonly dir: string }>(part: Found): Promise<Found> {
  if (part.license !== undefined) return part
  const { licenses } = JSON.parse(await readFile(join(part.dir, 'package.json'), 'utf8')) as OldManifest
  const license = licenses?.[0]?.type
  if (license === undefined) throw new Error(`${part.name} names no licence`)
  return { ...part, license }
}

interface OldManifest {
  readonly licenses?: readonly { readonly type: string }[]
}

async function writePapers(dir: string, base: string, packages: readonly string[]): Promise<string[]> {
  const { packages: locked } = await readLock()
  const find = (path: string) => {
    const entry = locked[path]
    if (entry === undefined) throw new Error(`${path} is in the bundle, but not in package-lock.json`)
    const part: Part = { ...entry, name: path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length) }
    return { ...part, dir: join(root, path) }
  }
  const libraries = await Promise.all(packages.map(path => withLicence(find(path))))
  const nodes = platforms.map(platform => find(`node_modules/node-${platform}`))
  const bill = `${base}.cdx.json`
  const licences = join(dir, 'THIRD-PARTY-LICENSES')
  await writeFile(bill, renderBillOfMaterials(manifest.version, [...libraries, ...nodes]))
  // Node's licence is the same for every platform; only one is installed.
  await writeFile(licences, await renderLicences([...libraries, ...nodes.slice(0, 1)]))
  return [bill, licences]
}

if (import.meta.main) {
  const [dir = join(root, 'dist'), ...named] = process.argv.slice(2)
  const wanted = named.length === 0 ? platforms : platforms.filter(platform => named.includes(platform))
  const files = await makeDist(resolve(dir), join(root, 'build/bundle'), wanted)
  for (const file of files) {
    const { size } = await stat(file)
    process.stdout.write(`${relative('', file)}  ${Math.ceil(size / 1000).toLocaleString('en')} kB\n`)
  }
}
