// Stops the build if a bundle would look for files outside of itself: there are none beside the executable.
import { readFile } from 'node:fs/promises'
import { isBuiltin } from 'node:module'
import { join } from 'node:path'
import type { BuildOptions, Metafile } from 'esbuild'

/** Code that esbuild cannot follow and would only warn of. */
export const refusals: NonNullable<BuildOptions['logOverride']> = {
  'direct-eval': 'error',
  'empty-import-meta': 'error',
  'indirect-require': 'error',
  'require-resolve-not-external': 'error',
  'unsupported-dynamic-import': 'error',
  'unsupported-require-call': 'error',
}

/** Files of libraries that name files beside themselves, and why these are never looked for. */
const harmless: ReadonlyMap<string, string> = new Map([
  ['node_modules/@grpc/grpc-js/build/src/channelz.js', 'only a server describes itself'],
  ['node_modules/@grpc/grpc-js/build/src/orca.js', 'only a server reports its load'],
  ['node_modules/etcd3/lib/connection-pool.js', 'etcd-description.ts bundles the file'],
  ['node_modules/pino/lib/transport.js', 'the log is written by the thread that logs'],
  ['node_modules/thread-stream/index.js', 'only the transports of pino have such a thread'],
  ['node_modules/undici/index.js', 'it looks for its own name in the stacks of errors'],
])

/** Throws if the bundle in `out` needs modules or files of libraries that it does not contain. `root` is the checkout. */
export async function refuseOutside({ inputs }: Metafile, out: string, root: string): Promise<void> {
  const modules = Object.entries(inputs).flatMap(([path, { imports }]) =>
    imports.filter(entry => entry.external === true && !isInside(entry.path)).map(entry => `${path} → ${entry.path}`),
  )
  if (modules.length > 0) throw new Error(`${out} would look for modules that are not inside: ${modules.join(', ')}`)
  const files = await Promise.all(
    Object.keys(inputs).map(async path => ((await namesFiles(join(root, path))) && !harmless.has(path) ? [path] : [])),
  )
  if (files.flat().length === 0) return
  throw new Error(
    `${out} would look for files beside its sources: ${files.flat().join(', ')} use __dirname or __filename; packaging/ has to put those files in, or to say why they are never read`,
  )
}

/** `<runtime>` is what esbuild itself adds to a bundle. */
function isInside(path: string): boolean {
  return isBuiltin(path) || path === '<runtime>'
}

async function namesFiles(path: string): Promise<boolean> {
  return /\b__(?:dirname|filename)\b/u.test(await readFile(path, 'utf8'))
}
