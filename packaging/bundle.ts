// Bundles the program: one script for the main thread, one for each worker.
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { build as runEsbuild, type BuildOptions, type Plugin } from 'esbuild'
import { etcdDescription } from './etcd-description.ts'
import { refusals, refuseOutside } from './outside.ts'

export const root = join(import.meta.dirname, '..')

/** The workers, by their path from src/ as in `new URL(…, import.meta.url)`. */
const workers = ['registry/worker.ts', 'stores/embedded/worker.ts', 'delivery/letters/worker.ts', 'workers/worker.ts']

export interface Bundle {
  readonly main: string
  /** The scripts, by the name that `startWorker` uses. */
  readonly assets: Readonly<Record<string, string>>
  /** The bundled packages, by their path from the checkout: `node_modules/ajv`. */
  readonly packages: readonly string[]
}

export async function makeBundle(dir: string): Promise<Bundle> {
  await rm(dir, { recursive: true, force: true })
  const main = join(dir, 'main.cjs')
  const inputs = await bundle('packaging/entry.ts', main)
  const assets: Record<string, string> = {}
  for (const worker of workers) {
    const out = join(dir, `${worker.replaceAll('/', '-')}.cjs`)
    inputs.push(...(await bundle(`src/${worker}`, out)))
    assets[`/${worker}`] = out
  }
  const packages = inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? [])
  return { main, assets, packages: [...new Set(packages)].toSorted() }
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'cjs',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'error',
  logOverride: refusals,
}

async function bundle(entry: string, out: string): Promise<string[]> {
  const { metafile } = await runEsbuild({
    ...common,
    entryPoints: [entry],
    outfile: out,
    plugins: [sourceUrls, etcdDescription],
  })
  if (metafile === undefined) throw new Error('esbuild gave no list of what went in')
  await refuseOutside(metafile, out, root)
  await writeAscii(out)
  return Object.keys(metafile.inputs)
}

/** Replaces the address of a source file: `new URL('worker.ts', …)` becomes the name of an asset. */
const sourceUrls: Plugin = {
  name: 'source-urls',
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8')
      const url = `file:///${relative(join(root, 'src'), path)}`
      return { contents: text.replaceAll('import.meta.url', () => JSON.stringify(url)), loader: 'ts' }
    })
  },
}

/** V8 needs half the memory for a text of one byte per character and compiles it sooner. */
async function writeAscii(path: string): Promise<void> {
  const text = await readFile(path, 'utf8')
  // esbuild leaves other characters only in regular expressions, which may have escapes too.
  await writeFile(
    path,
    text.replaceAll(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  )
}
