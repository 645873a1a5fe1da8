import test from 'ava'
import { build, type Metafile } from 'esbuild'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { refusals, refuseOutside } from '../../../packaging/outside.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const external = (path: string) => [{ path, kind: 'require-call', external: true }] as const

type Input = Metafile['inputs'][string]

const listOf = (path: string, imports: Input['imports'] = []): Metafile => ({
  inputs: { [path]: { bytes: 1, imports } },
  outputs: {},
})

test('a module that is not in the bundle stops the build; a module of Node does not', async t => {
  const root = await makeTempDir(t)
  await writeFile(join(root, 'a.js'), '')
  await t.notThrowsAsync(refuseOutside(listOf('a.js', [...external('node:ffi'), ...external('fs')]), 'out.cjs', root))
  await t.throwsAsync(refuseOutside(listOf('a.js', [...external('left-pad')]), 'out.cjs', root), {
    message: /modules that are not inside: a\.js → left-pad/,
  })
})

test('a library that names files beside itself stops the build, unless it is known never to read them', async t => {
  const root = await makeTempDir(t)
  const known = 'node_modules/pino/lib/transport.js'
  await mkdir(join(root, 'node_modules/pino/lib'), { recursive: true })
  for (const path of ['a.js', known]) await writeFile(join(root, path), 'read(__dirname + "/a.txt")')
  await t.throwsAsync(refuseOutside(listOf('a.js'), 'out.cjs', root), {
    message: /files beside its sources: a\.js use/,
  })
  await t.notThrowsAsync(refuseOutside(listOf(known), 'out.cjs', root))
})

for (const text of ['import(name)', 'eval(name)', 'import.meta.url', 'require(name)', 'require.resolve("a")']) {
  test(`code that the bundler cannot follow stops the build: ${text}`, async t => {
    const stdin = { contents: `export const a = name => ${text}` }
    const options = { stdin, bundle: true, platform: 'node', format: 'cjs', write: false, logLevel: 'silent' } as const
    await t.throwsAsync(build({ ...options, logOverride: refusals }))
    await t.notThrowsAsync(build(options))
  })
}
