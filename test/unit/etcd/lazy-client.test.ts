import test from 'ava'
import { readFile, readdir } from 'node:fs/promises'
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { readImports } from '../../helpers/sources/imports.ts'

const sourceDir = join(import.meta.dirname, '../../../src')

function url(name: string): string {
  return JSON.stringify(new URL(`../../../src/${name}`, import.meta.url).href)
}

test('etcd3 is imported by one file, which is only imported when etcd is used', async t => {
  const names = (await readdir(sourceDir, { recursive: true })).filter(name => name.endsWith('.ts'))
  const users: string[] = []
  for (const name of names) {
    const text = await readFile(join(sourceDir, name), 'utf8')
    const imports = readImports(name, text)
    if (imports.some(({ target }) => target.startsWith('etcd3'))) users.push(name)
    const statics = imports.filter(({ target }) => target === 'etcd/client.ts').length
    const dynamics = [...text.matchAll(/await import\('(?:\.\/|[^']*etcd\/)client\.ts'\)/g)].length
    t.is(statics, dynamics, `${name} imports the client without waiting for its use`)
  }
  t.deepEqual(users, ['etcd/client.ts'])
})

test('a process that finds its collectors without etcd does not load etcd3', async t => {
  const script = (line: string) => `
    import { createRequire } from 'node:module'
    const log = { debug() {}, info() {}, warn() {}, error() {} }
    const { openDirectory } = await import(${url('discovery/open-directory.ts')})
    openDirectory({ kind: 'static', servers: [{ host: 'a', port: 1 }] })
    ${line}
    const loaded = Object.keys(createRequire(import.meta.url).cache)
    console.log(loaded.some(path => /node_modules.(etcd3|@grpc)/.test(path)))
  `
  const run = promisify(execFile)
  const load = async (line: string) =>
    (await run(process.execPath, ['--input-type=module', '-e', script(line)])).stdout.trim()
  t.is(await load(''), 'false')
  const connect = `const { connectEtcd } = await import(${url('etcd/lazy-client.ts')})`
  t.is(await load(connect), 'false')
  t.is(await load(`${connect}; (await connectEtcd({ endpoints: ['http://127.0.0.1:1'] }, log)).close()`), 'true')
})
