import test, { type ExecutionContext } from 'ava'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const root = new URL('../../../', import.meta.url)
const preload = new URL('../../helpers/scripts/list-modules.ts', import.meta.url)

interface Loaded {
  readonly packages: readonly string[]
  /** By their path from src/. */
  readonly sources: readonly string[]
  readonly builtins: readonly string[]
}

/** `lastLine`: the message at which it is stopped; without one it ends by itself. */
async function findLoaded(t: ExecutionContext, args: readonly string[], lastLine?: string): Promise<Loaded> {
  const list = join(await makeTempDir(t), 'modules')
  const program = new URL('src/main.ts', root).pathname
  const running = promisify(execFile)(process.execPath, ['--import', preload.href, program, ...args], {
    env: { ...process.env, MODULES_LOADED: list },
  })
  running.child.stdin?.end()
  running.child.stderr?.on('data', (text: string) => {
    if (lastLine !== undefined && text.includes(lastLine)) running.child.kill('SIGTERM')
  })
  await running.catch(() => undefined) // a command may refuse its arguments; what it loaded counts
  const urls = (await readFile(list, 'utf8')).trimEnd().split('\n')
  const find = (pattern: RegExp) => [...new Set(urls.flatMap(url => pattern.exec(url)?.[1] ?? []))]
  return {
    packages: find(/node_modules\/((?:@[^/]+\/)?[^/]+)/u),
    sources: urls.filter(url => url.startsWith(`${root.href}src/`)).map(url => url.slice(root.href.length + 4)),
    builtins: find(/^node:(.+)/u),
  }
}

for (const args of [['--version'], ['--help'], ['agent', '--help'], ['ca', 'serve', '--help']]) {
  test(`"forwarder ${args.join(' ')}" loads no part of any command`, async t => {
    const { packages, sources, builtins } = await findLoaded(t, args)
    t.deepEqual(packages, ['commander'])
    t.true(sources.includes('cli/command-line.ts'))
    t.deepEqual(
      sources.filter(path => /^(agent|collector|registry|files|lumberjack|stores|delivery|telemetry)\//u.test(path)),
      [],
    )
    t.false(sources.includes('config/load.ts'))
    for (const name of ['sqlite', 'http', 'https', 'tls', 'worker_threads']) t.false(builtins.includes(name), name)
  })
}

test('"forwarder check" loads the configuration reader and no role', async t => {
  const { packages, sources } = await findLoaded(t, ['check', '--config', '/nowhere/at/all.json'])
  t.true(sources.includes('config/load.ts'))
  t.deepEqual(
    sources.filter(path => /^(agent|collector|registry|lumberjack|stores)\//u.test(path)),
    [],
  )
  for (const library of ['ajv', 'typebox', 'pino', 'prom-client', 'etcd3', 'undici', 'yaml'])
    t.false(packages.includes(library), library)
})

test('an agent loads no library that its configuration does not need', async t => {
  const dir = await makeTempDir(t)
  const config = join(dir, 'forwarder.json')
  const network = { servers: ['127.0.0.1:9'], tls: false }
  await writeFile(config, JSON.stringify({ network, files: [{ paths: ['-'] }], stateDir: dir }))
  const { packages, sources } = await findLoaded(t, ['agent', '--config', config])
  t.true(sources.includes('agent/agent.ts'))
  t.deepEqual(
    sources.filter(path => path.startsWith('pipeline/')),
    [],
  )
  t.true(packages.includes('pino'))
  for (const library of ['ajv', 'typebox', 'prom-client', '@opentelemetry/api', 'etcd3', 'undici', 'yaml'])
    t.false(packages.includes(library), library)
})

test('an agent that follows files loads nothing of pipelines', async t => {
  const dir = await makeTempDir(t)
  const config = join(dir, 'forwarder.json')
  const network = { servers: ['127.0.0.1:9'], tls: false }
  await writeFile(config, JSON.stringify({ network, files: [{ paths: [join(dir, '*.log')] }], stateDir: dir }))
  await writeFile(join(dir, 'a.log'), 'one\n')
  const { sources } = await findLoaded(t, ['agent', '--config', config], 'following files')
  t.true(sources.includes('files/read/harvester.ts'))
  t.deepEqual(
    sources.filter(path => path.startsWith('pipeline/')),
    [],
  )
})

/** What starts the threads in which all others are loaded. */
const SWITCH = /^pipeline\/(?:threads\/)?[^/]+$/u

test('a collector without a pipeline loads no processor, no pattern and no library of pipelines', async t => {
  const dir = await makeTempDir(t)
  const config = join(dir, 'forwarder.json')
  const store = { type: 'embedded' }
  await writeFile(config, JSON.stringify({ listen: '127.0.0.1:0', tls: false, store, stateDir: dir }))
  const { sources, packages } = await findLoaded(t, ['collector', '--config', config], 'collector is listening')
  t.true(sources.includes('collector/collector.ts'))
  t.deepEqual(
    sources.filter(path => path.startsWith('pipeline/') && !SWITCH.test(path)),
    [],
  )
  for (const library of ['acorn', 'yaml', 'oniguruma-to-es', 'oniguruma-parser', 'mmdb-lib', 'tldts', 'undici'])
    t.false(packages.includes(library), library)
})

test('an agent that finds the formats of files loads what their lines look like, and no processor', async t => {
  const dir = await makeTempDir(t)
  const config = join(dir, 'forwarder.json')
  const network = { servers: ['127.0.0.1:9'], tls: false }
  const files = [{ paths: [join(dir, '*.log')], format: 'auto' }]
  await writeFile(config, JSON.stringify({ network, files, stateDir: dir }))
  const { sources } = await findLoaded(t, ['agent', '--config', config], 'following files')
  const loaded = sources.filter(path => path.startsWith('pipeline/'))
  t.true(loaded.includes('pipeline/formats/catalogue.ts'))
  t.deepEqual(
    loaded.filter(path => !path.startsWith('pipeline/formats/')),
    [],
  )
})
