import test from 'ava'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findBreaches } from '../helpers/sources/architecture.ts'
import { readImports } from '../helpers/sources/imports.ts'

const sourceDir = join(import.meta.dirname, '../../src')

async function readSources(): Promise<Map<string, string>> {
  const names = (await readdir(sourceDir, { recursive: true })).filter(name => name.endsWith('.ts'))
  return new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(sourceDir, name), 'utf8')] as const)),
  )
}

test('the rooms import one another as the design allows', async t => {
  const sources = await readSources()
  t.true(sources.has('flow/pump.ts'))
  t.deepEqual(findBreaches(sources), [])
})

test('every import statement of the sources is seen', async t => {
  for (const [path, text] of await readSources()) {
    const sourceNames = [...text.matchAll(/^(?:import\b|export\s*[{*]|\}\s*from\b)[^'\n]*'[^'\n]+'/gm)]
    t.true(readImports(path, text).length >= sourceNames.length, path)
  }
})

const breach = test.macro({
  exec(t, sources: Record<string, string>, expected: RegExp | undefined) {
    const breaches = findBreaches(new Map(Object.entries(sources)))
    if (expected === undefined) t.deepEqual(breaches, [])
    else t.regex(breaches.join('\n'), expected)
  },
  title: (given = '') => given,
})

test(
  'the agent may use the publisher',
  breach,
  { 'agent/a.ts': `import { p } from '../lumberjack/publisher.ts'` },
  undefined,
)
test(
  'the agent may not use a store',
  breach,
  { 'agent/a.ts': `import { s } from '../stores/store.ts'` },
  /agent\/a\.ts imports values of stores/,
)
test(
  'the agent may know types of config',
  breach,
  { 'agent/a.ts': `import type { S } from '../config/settings.ts'` },
  undefined,
)
test(
  'the agent may not load config',
  breach,
  { 'agent/a.ts': `import { load } from '../config/load.ts'` },
  /values of config\/load\.ts/,
)
test(
  'the collector may not use the files room',
  breach,
  { 'collector/c.ts': `import { s } from '../files/source.ts'` },
  /collector may import/,
)
test(
  'a lower room may know types of telemetry',
  breach,
  { 'files/f.ts': `import type { Log } from '../telemetry/log.ts'` },
  undefined,
)
test(
  'a lower room may not use telemetry',
  breach,
  { 'files/f.ts': `import { silentLog } from '../telemetry/log.ts'` },
  /values of telemetry/,
)
test(
  'inline types are types',
  breach,
  { 'files/f.ts': `import { type Log, type LogFields } from '../telemetry/log.ts'` },
  undefined,
)
test(
  'one value among types is a value',
  breach,
  { 'files/f.ts': `import { type Log, silentLog } from '../telemetry/log.ts'` },
  /values of telemetry/,
)
test(
  'delivery may know types of stores',
  breach,
  { 'delivery/d.ts': `import type { Store } from '../stores/contract.ts'` },
  undefined,
)
test(
  'delivery may not use a store',
  breach,
  { 'delivery/d.ts': `import { open } from '../stores/embedded/store.ts'` },
  /values of stores/,
)
test('files may use the registry', breach, { 'files/f.ts': `import { r } from '../registry/registry.ts'` }, undefined)
test(
  'the registry may not use files',
  breach,
  { 'registry/r.ts': `import { f } from '../files/source.ts'` },
  /registry may import flow, sqlite, types of telemetry/,
)
test(
  'flow imports nothing of ours',
  breach,
  { 'flow/f.ts': `import type { Log } from '../telemetry/log.ts'` },
  /flow imports nothing of ours/,
)
test(
  'flow reads no file',
  breach,
  { 'flow/f.ts': `import { open } from 'node:fs/promises'` },
  /flow has nothing of Node/,
)
test('flow may wait', breach, { 'flow/f.ts': `import { setTimeout } from 'node:timers/promises'` }, undefined)
test('cli may use any room', breach, { 'cli/a.ts': `import { s } from '../stores/embedded/search.ts'` }, undefined)
test('no room may use cli', breach, { 'tls/w.ts': `import { s } from '../cli/demo.ts'` }, /values of cli/)
test(
  'an import over several lines counts',
  breach,
  { 'tls/t.ts': `import {\n  a,\n  b,\n} from '../files/source.ts'` },
  /values of files/,
)
test(
  'a dynamic import counts',
  breach,
  { 'tls/t.ts': `const x = await import('../files/source.ts')` },
  /values of files/,
)
test(
  'a worker counts',
  breach,
  { 'tls/t.ts': `new Worker(new URL('../files/worker.ts', import.meta.url))` },
  /values of files/,
)
test('an import for its effect counts', breach, { 'tls/t.ts': `import '../files/source.ts'` }, /values of files/)
test('a commented import does not count', breach, { 'tls/t.ts': `// import '../files/source.ts'` }, undefined)
test(
  'a library is imported by one file',
  breach,
  { 'cli/a.ts': `import { A } from 'ajv'`, 'config/b.ts': `import { B } from 'ajv/dist/core.js'` },
  /ajv is imported by cli\/a\.ts and config\/b\.ts/,
)
test(
  'node:sqlite is imported by one file',
  breach,
  { 'sqlite/a.ts': `import 'node:sqlite'`, 'stores/b.ts': `import type { D } from 'node:sqlite'` },
  /node:sqlite is imported by/,
)
test(
  'other modules of Node are free',
  breach,
  { 'sqlite/a.ts': `import 'node:fs'`, 'stores/b.ts': `import 'node:fs'` },
  undefined,
)
test('an exported text is no import', breach, { 'tls/t.ts': `export type A = 'agent' | 'from'` }, undefined)
test(
  'a data file is no room',
  breach,
  { 'flow/f.ts': `import data from '../../package.json' with { type: 'json' }` },
  undefined,
)
test('a room is not passed on whole', breach, { 'tls/t.ts': `export * from './other.ts'` }, /passes on/)
test(
  'what is passed on counts as imported',
  breach,
  { 'tls/t.ts': `export { a } from '../files/source.ts'` },
  /values of files/,
)
test('there are no barrels', breach, { 'tls/index.ts': '' }, /barrel/)
test('there are no other rooms', breach, { 'utils/a.ts': '' }, /no room/)
test('a file has at most 300 lines', breach, { 'tls/t.ts': 'a\n'.repeat(301) }, /301 lines/)
