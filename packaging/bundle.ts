// Bundles the program: chunks for the main thread, with a script that loads them, and one script for each worker.
import { execFile } from 'node:child_process'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { build as runEsbuild, transform, type BuildOptions, type Metafile, type Plugin } from 'esbuild'
import { CODE_CACHE } from './chunk-names.ts'
import { etcdDescription } from './etcd-description.ts'
import { refusals, refuseOutside } from './outside.ts'
import { userAgentRules } from './user-agent-rules.ts'

export const root = join(import.meta.dirname, '..')

/** The workers, by their path from src/ as in `new URL(…, import.meta.url)`. */
const workers = [
  'registry/worker.ts',
  'stores/embedded/worker.ts',
  'delivery/letters/worker.ts',
  'workers/worker.ts',
  'pipeline/worker.ts',
]

/** Files by the names that `getAsset` knows. */
type Assets = Readonly<Record<string, string>>

export interface Bundle {
  readonly main: string
  /** The chunks, by the name that they use, and the workers, by the one that `startWorker` uses. */
  readonly assets: Assets
  /** The chunks as code that is compiled for this machine. */
  readonly compiled: Assets
  /** The bundled packages, by their path from the checkout: `node_modules/ajv`. */
  readonly packages: readonly string[]
}

export async function makeBundle(dir: string): Promise<Bundle> {
  await rm(dir, { recursive: true, force: true })
  const main = join(dir, 'main.cjs')
  await bundle('packaging/chunk-loader.ts', main)
  const chunks = join(dir, 'chunks')
  const inputs = await makeChunks(chunks)
  const scripts: Record<string, string> = {}
  for (const worker of workers) {
    const out = join(dir, `${worker.replaceAll('/', '-')}.cjs`)
    inputs.push(...(await bundle(`src/${worker}`, out)))
    scripts[`/${worker}`] = out
  }
  const packages = inputs.flatMap(path => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/u.exec(path)?.[0] ?? [])
  const assets = { ...(await listChunks(chunks, '.js')), ...scripts }
  const compiled = await listChunks(chunks, CODE_CACHE)
  return { main, assets, compiled, packages: [...new Set(packages)].toSorted() }
}

const common: BuildOptions = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node26',
  minifyWhitespace: true,
  minifySyntax: true,
  legalComments: 'none',
  metafile: true,
  logLevel: 'error',
  logOverride: refusals,
}

async function bundle(entry: string, out: string): Promise<string[]> {
  const result = await runEsbuild({
    ...common,
    format: 'cjs',
    entryPoints: [entry],
    outfile: out,
    plugins: [userAgentRules, sourceUrls, etcdDescription],
  })
  await writeFile(out, toAscii(await readFile(out, 'utf8')))
  return await listInputs(result.metafile, out)
}

/** Splits the program where it imports on demand. esbuild can split modules only, so they become scripts afterwards. */
async function makeChunks(dir: string): Promise<string[]> {
  const result = await runEsbuild({
    ...common,
    format: 'esm',
    splitting: true,
    entryPoints: { main: 'packaging/entry.ts' },
    outdir: dir,
    plugins: [userAgentRules, sourceUrls, etcdDescription],
  })
  for (const name of await readdir(dir)) await toScript(join(dir, name))
  await promisify(execFile)(process.execPath, [...compileArguments, dir])
  return await listInputs(result.metafile, dir)
}

/**
 * --predictable: compiled code is the same in every build. Unlike a seed, the flag is not needed to read it; that of the engine
 * is, and the executable has it.
 */
const compileArguments = ['--predictable', '--enable-experimental-regexp-engine', join(root, 'packaging/code-cache.ts')]

/** As a function that the loader calls. */
async function toScript(path: string): Promise<void> {
  const { code } = await transform(await readFile(path, 'utf8'), {
    format: 'cjs',
    platform: 'node',
    target: 'node26',
    supported: { 'dynamic-import': false },
    minifyWhitespace: true,
    minifySyntax: true,
    logOverride: refusals,
  })
  await writeFile(path, toAscii(`(function(exports,require,module){${code}})`))
}

async function listChunks(dir: string, ending: string): Promise<Assets> {
  const names = (await readdir(dir)).filter(name => name.endsWith(ending)).toSorted()
  return Object.fromEntries(names.map(name => [`./${name}`, join(dir, name)]))
}

async function listInputs(metafile: Metafile | undefined, out: string): Promise<string[]> {
  if (metafile === undefined) throw new Error('esbuild gave no list of what went in')
  await refuseOutside(metafile, out, root)
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
function toAscii(text: string): string {
  // esbuild leaves other characters only in regular expressions, which may have escapes too.
  return text.replaceAll(/[^\0-\x7f]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
