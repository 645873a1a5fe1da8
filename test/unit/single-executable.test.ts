import test from 'ava'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { findBoundToFiles } from '../helpers/sources/bound-to-files.ts'

const sourceDir = join(import.meta.dirname, '../../src')

test('the sources read no file beside them, since a single executable has none', async t => {
  const names = (await readdir(sourceDir, { recursive: true })).filter(name => name.endsWith('.ts'))
  const sources = await Promise.all(
    names.map(async name => [name, await readFile(join(sourceDir, name), 'utf8')] as const),
  )
  t.true(names.includes('workers/start-worker.ts'))
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

const forms = (path: string, texts: readonly string[], expected: RegExp | undefined) => {
  for (const text of texts)
    test(`a source ${path} ${expected ? 'may not' : 'may'} contain: ${text}`, bound, path, text, expected)
}

// A file beside the source is not read.
forms(
  'a/a.ts',
  [
    `join(import.meta.dirname, 'a.txt')`,
    `import.meta['dirname']`,
    `import.meta.resolve('./a.txt')`,
    `const { url } = import.meta`,
    `const where = import.meta; where.url`,
  ],
  /import\.meta.*has no files/,
)
forms('a/a.ts', [`fileURLToPath(__filename)`, `__dirname + '/a.txt'`], /has no files/)

// A source knows its own place only to start a worker, which has to be bundled.
forms(
  'a/a.ts',
  [`new URL('a.txt', import.meta.url)`, `/* here */ new URL('a.txt', import.meta.url)`, `import.meta . url`],
  /import\.meta\.url/,
)
forms('a/a.ts', [`new URL('worker.ts', import.meta.url)`], /import\.meta\.url.*packaging\/bundle/)
forms('registry/registry-thread.ts', [`new URL('other.ts', import.meta.url)`], /import\.meta\.url/)
forms('registry/registry-thread.ts', [`new URL('worker.ts', import.meta.url)`], undefined)

// Threads are started in one place.
forms(
  'a/a.ts',
  [
    `new Worker(entry)`,
    `new  Worker (entry)`,
    `import * as threads from 'node:worker_threads'; new threads.Worker(entry)`,
    `import { Worker as Thread } from 'node:worker_threads'; new Thread(entry)`,
  ],
  /Worker.*startWorker/,
)
forms('workers/start-worker.ts', [`new Worker(entry)`], undefined)
forms('a/a.ts', [`import type { Worker } from 'node:worker_threads'; let thread: Worker | undefined`], undefined)

// Modules are named.
forms(
  'a/a.ts',
  [
    `createRequire(url)`,
    `require('./b.ts')`,
    `import { register } from 'node:module'; register(hooks)`,
    `process.getBuiltinModule(name)`,
    `await import(name)`,
    `await import('./' + name)`,
    'await import(`./${name}.ts`)',
    `await import (name)`,
    `await import('./b.ts', options)`,
  ],
  /by its name/,
)
forms('a/a.ts', [`await import('./b.ts')`, `await import ( "./b.ts" )`], undefined)
forms(
  'a/a.ts',
  [`eval(text)`, `new Function(text)`, `import { runInThisContext } from 'vm'; runInThisContext(text)`],
  /bundle/,
)
forms('a/a.ts', [`process.dlopen(module, path)`, `load('./native.node')`], /native/)

// The program starts itself in one way.
forms(
  'a/a.ts',
  [
    'spawn(process.execPath)',
    'const { execPath } = process',
    `import { argv0 } from 'node:process'; spawn(argv0)`,
    'spawn(process.argv[0])',
    'const [node, script] = process.argv',
    `fork('worker.ts')`,
    `spawn('node', ['a.ts'])`,
    `execFileSync("npm", ['ls'])`,
    `exec('bin/forwarder --version')`,
  ],
  /selfCommand/,
)
forms('a/a.ts', [`run(process.argv.slice(2))`, `spawn('etcd', ['--version'])`], undefined)

test(
  'text in a comment or a type is allowed',
  bound,
  'a/a.ts',
  '// import.meta.url\nlet a: typeof __dirname',
  undefined,
)
