import test from 'ava'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { findBreaches, readImportTable } from '../helpers/sources/architecture.ts'
import { readImports } from '../helpers/sources/imports.ts'

const root = join(import.meta.dirname, '../..')
const table = readImportTable(await readFile(join(root, 'docs/design.md'), 'utf8'))

async function readSources(): Promise<Map<string, string>> {
  const names = (await readdir(join(root, 'src'), { recursive: true })).filter(name => name.endsWith('.ts'))
  return new Map(
    await Promise.all(names.map(async name => [name, await readFile(join(root, 'src', name), 'utf8')] as const)),
  )
}

test('the sources respect the import table of docs/design.md, and have no import cycle', async t => {
  const sources = await readSources()
  t.true(sources.has('flow/pump.ts'))
  t.deepEqual(findBreaches(sources, table), [])
})

test('every place of the import table has sources', async t => {
  const paths = [...(await readSources()).keys()]
  t.deepEqual(
    [...table.keys()].filter(place => place !== 'main.ts' && !paths.some(path => path.startsWith(`${place}/`))),
    [],
  )
})

test('the import reader finds every import statement of the sources', async t => {
  for (const [path, text] of await readSources()) {
    const sourceNames = [...text.matchAll(/^(?:import\b|export\s*[{*]|\}\s*from\b)[^'\n]*'[^'\n]+'/gm)]
    t.true(readImports(path, text).length >= sourceNames.length, path)
  }
})

/** A law, a source file, its text, and the breach that is found; none where that is left out. */
type Row = readonly [law: string, path: string, text: string, breach?: RegExp]

const rows: readonly Row[] = [
  ['the agent may use the publisher', 'agent/a.ts', `import { p } from '../lumberjack/send/publisher.ts'`],
  [
    'the agent may not use a role',
    'agent/a.ts',
    `import { s } from '../collector/collector.ts'`,
    /values of collector/,
  ],
  ['the agent may know types of config', 'agent/a.ts', `import type { S } from '../config/settings.ts'`],
  ['the agent may not load config', 'agent/a.ts', `import { load } from '../config/load.ts'`, /values of config\/load/],
  ['sending may use the wire', 'lumberjack/send/s.ts', `import { w } from '../wire/frames.ts'`],
  [
    'sending may not use receiving',
    'lumberjack/send/s.ts',
    `import { r } from '../receive/receiver.ts'`,
    /values of lumberjack\/receive/,
  ],
  [
    'receiving may not know types of sending',
    'lumberjack/receive/r.ts',
    `import type { S } from '../send/publisher.ts'`,
    /a type of lumberjack\/send/,
  ],
  [
    'the wire may not import its sibling rooms',
    'lumberjack/wire/w.ts',
    `import type { L } from '../send/link.ts'`,
    /a type of/,
  ],
  [
    'the room events may not know types of frames',
    'events/e.ts',
    `import type { F } from '../lumberjack/wire/frames.ts'`,
    /a type of/,
  ],
  ['receiving may read events', 'lumberjack/receive/r.ts', `import { e } from '../../events/event-reader.ts'`],
  [
    'a machine may not import the authority',
    'trust/machine/m.ts',
    `import type { T } from '../authority/tokens.ts'`,
    /a type of trust\/authority/,
  ],
  [
    'the authority may not import a machine',
    'trust/authority/a.ts',
    `import { r } from '../machine/pending-request.ts'`,
    /values of trust\/machine/,
  ],
  ['a part may know types of its room', 'files/look/f.ts', `import type { F } from '../contract.ts'`],
  ['a part may not use values of its room', 'files/look/f.ts', `import { F } from '../source.ts'`, /values of files/],
  ['a lower room may know types of telemetry', 'files/f.ts', `import type { Log } from '../telemetry/log.ts'`],
  ['a lower room may not use telemetry', 'files/f.ts', `import { log } from '../telemetry/log.ts'`, /values of tele/],
  [
    'an import of inline types counts as an import of types',
    'files/f.ts',
    `import { type Log, type Fields } from '../telemetry/log.ts'`,
  ],
  [
    'an import of types and one value counts as an import of a value',
    'files/f.ts',
    `import { type Log, log } from '../telemetry/log.ts'`,
    /values of/,
  ],
  ['delivery may know types of stores', 'delivery/d.ts', `import type { Store } from '../stores/contract.ts'`],
  ['delivery may not use a store', 'delivery/d.ts', `import { open } from '../stores/embedded/store.ts'`, /values of/],
  [
    'the registry may not use files',
    'registry/r.ts',
    `import { f } from '../files/source.ts'`,
    /may import flow, disk, sqlite/,
  ],
  [
    'the room flow imports nothing from other rooms',
    'flow/f.ts',
    `import type { Log } from '../telemetry/log.ts'`,
    /nothing of ours/,
  ],
  [
    'the room flow reads no file',
    'flow/f.ts',
    `import { open } from 'node:fs/promises'`,
    /flow has no input or output/,
  ],
  ['the room flow opens no socket', 'flow/f.ts', `import { connect } from 'node:net'`, /flow has no input or output/],
  ['the room flow may use timers', 'flow/f.ts', `import { setTimeout } from 'node:timers/promises'`],
  ['a command may use any room', 'cli/check/c.ts', `import { s } from '../../stores/embedded/search.ts'`],
  [
    'a command may not use another command',
    'cli/ca/c.ts',
    `import { s } from '../search/open-search.ts'`,
    /values of cli\/search/,
  ],
  ['no room may use the room cli', 'demo/d.ts', `import { s } from '../cli/run.ts'`, /values of cli/],
  [
    'an import statement over several lines is found',
    'tls/t.ts',
    `import {\n  a,\n} from '../files/source.ts'`,
    /values of files/,
  ],
  ['a dynamic import is found', 'tls/t.ts', `const x = await import('../files/source.ts')`, /values of files/],
  [
    'the file of a worker counts as an import',
    'tls/t.ts',
    `new Worker(new URL('../files/worker.ts', import.meta.url))`,
    /values of files/,
  ],
  ['an import for its side effect is found', 'tls/t.ts', `import '../files/source.ts'`, /values of files/],
  ['an import in a comment is ignored', 'tls/t.ts', `// import '../files/source.ts'`],
  ['an exported literal type is not an import', 'tls/t.ts', `export type A = 'agent' | 'from'`],
  [
    'a data file is not in the import table',
    'flow/f.ts',
    `import data from '../../package.json' with { type: 'json' }`,
  ],
  ['a file may not export everything of another file', 'tls/t.ts', `export * from './other.ts'`, /passes on/],
  [
    'a file may not export a name of another file',
    'tls/t.ts',
    `export { a } from './other.ts'`,
    /passes on what tls\/other\.ts has/,
  ],
  ['an index.ts is refused as a barrel', 'tls/index.ts', '', /barrel/],
  ['a file in an unknown room is refused', 'utils/a.ts', '', /in no place/],
  ['a file in an unknown folder of a room is refused', 'files/misc/a.ts', '', /in no place/],
]

for (const [law, path, text, expected] of rows) {
  test(law, t => {
    const breaches = findBreaches(new Map([[path, text]]), table)
    if (expected === undefined) t.deepEqual(breaches, [])
    else t.regex(breaches.join('\n'), expected)
  })
}

/** A law, two source files, and what is found in them. */
const pairs: readonly (readonly [law: string, sources: Record<string, string>, breach?: RegExp])[] = [
  [
    'a library is imported by one file',
    { 'cli/a.ts': `import { A } from 'ajv'`, 'config/b.ts': `import { B } from 'ajv/dist/core.js'` },
    /ajv is imported by cli\/a\.ts and config\/b\.ts/,
  ],
  [
    'node:sqlite is imported by one file',
    { 'sqlite/a.ts': `import 'node:sqlite'`, 'stores/b.ts': `import type { D } from 'node:sqlite'` },
    /node:sqlite is imported by/,
  ],
  [
    'other modules of Node may be imported by several files',
    { 'sqlite/a.ts': `import 'node:fs'`, 'stores/b.ts': `import 'node:fs'` },
  ],
  [
    'two files that import each other are an import cycle',
    { 'tls/a.ts': `import { b } from './b.ts'`, 'tls/b.ts': `import { a } from './a.ts'` },
    /tls\/a\.ts → tls\/b\.ts → tls\/a\.ts is a circle/,
  ],
  [
    'types and dynamic imports count in an import cycle',
    { 'tls/a.ts': `await import('./b.ts')`, 'tls/b.ts': `import type { A } from './a.ts'` },
    /is a circle/,
  ],
]

for (const [law, sources, expected] of pairs) {
  test(law, t => {
    const breaches = findBreaches(new Map(Object.entries(sources)), table)
    if (expected === undefined) t.deepEqual(breaches, [])
    else t.regex(breaches.join('\n'), expected)
  })
}
