import test from 'ava'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBoundToFiles } from '../helpers/bound-to-files.ts'

const sourceDir = join(import.meta.dirname, '../../src')

test('the sources ask for no file beside them, as a single executable has none', async t => {
  const names = (await readdir(sourceDir, { recursive: true })).filter(name => name.endsWith('.ts'))
  const sources = await Promise.all(
    names.map(async name => [name, await readFile(join(sourceDir, name), 'utf8')] as const),
  )
  t.true(names.includes('sqlite/start-worker.ts'))
  t.deepEqual(
    sources.flatMap(([path, text]) => findBoundToFiles(path, text)),
    [],
  )
})

test('each worker that the sources start is bundled', async t => {
  const bundle = await readFile(join(import.meta.dirname, '../../packaging/bundle.ts'), 'utf8')
  const names = (await readdir(sourceDir, { recursive: true })).filter(name => /(^|\/)worker\.ts$/.test(name))
  t.true(names.length >= 2)
  for (const name of names) t.true(bundle.includes(`'${name}'`), name)
})

const bound = test.macro({
  exec(t, path: string, text: string, expected: RegExp | undefined) {
    const found = findBoundToFiles(path, text)
    if (expected === undefined) t.deepEqual(found, [])
    else t.regex(found.join('\n'), expected)
  },
  title: (given = '') => given,
})

test(
  'a file beside the source is not read',
  bound,
  'a/a.ts',
  `join(import.meta.dirname, 'a.txt')`,
  /import\.meta\.dirname/,
)
test(
  'a source knows its own place only to start a worker',
  bound,
  'a/a.ts',
  `new URL('a.txt', import.meta.url)`,
  /import\.meta\.url/,
)
test(
  'a worker is started where it is known to be bundled',
  bound,
  'registry/write-loop.ts',
  `new URL('worker.ts', import.meta.url)`,
  undefined,
)
test('another file may not start one', bound, 'a/a.ts', `new URL('worker.ts', import.meta.url)`, /import\.meta\.url/)
test('threads are started in one place', bound, 'a/a.ts', `new Worker(entry)`, /new Worker/)
test('that place may start them', bound, 'sqlite/start-worker.ts', `new Worker(entry)`, undefined)
test('CommonJS has no place here', bound, 'a/a.ts', `createRequire(__filename)`, /__filename[^]*createRequire/)
test('a module is not chosen at run time', bound, 'a/a.ts', 'await import(name)', /import\(/)
test('a module that is named may be loaded late', bound, 'a/a.ts', `await import('./b.ts')`, undefined)
test('a program does not start itself by its own name', bound, 'a/a.ts', 'spawn(process.execPath)', /execPath/)
test('what a comment says counts for nothing', bound, 'a/a.ts', '// import.meta.url', undefined)
