import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { appendFile, copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../../package.json' with { type: 'json' }
import { findBaseNode } from '../../../packaging/base-node.ts'
import { makeDist } from '../../../packaging/dist.ts'
import { makeExecutable, nodeArguments } from '../../../packaging/executable.ts'
import { judge } from '../../../src/demo/verdict.ts'
import { searchEmbedded } from '../../../src/stores/embedded/search.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { makeAccessLog } from '../../helpers/files/access-log.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makePair } from '../../helpers/process/roles.ts'
import { buildDist, type Dist } from '../../helpers/packages/single-executable.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const distTest = anyTest as TestFn<Dist>
// One at a time: a program that is started while another test copies the executable would hold it open for writing.
const test = distTest.serial
const run = promisify(execFile)

distTest.before(async t => {
  t.timeout(patience(170_000), 'two executables are built')
  t.context = await buildDist()
})

interface Failure extends Error {
  readonly code: number
  readonly stderr: string
}

/** A place with nothing but the executable: no node in PATH, no file beside it, no variable of ours. */
async function makeEmptyPlace(t: ExecutionContext<Dist>) {
  const place = await makeTempDir(t)
  const [home, programs] = [join(place, 'home'), join(place, 'programs')]
  for (const dir of [home, programs]) await mkdir(dir)
  const program = join(place, 'forwarder')
  await copyFile(t.context.binary('linux-x64'), program)
  const options = { cwd: home, env: { PATH: programs, HOME: home, TMPDIR: home } }
  return { home, programs, forwarder: async (...args: string[]) => await run(program, args, options) }
}

const agentConfig = {
  network: { servers: ['127.0.0.1:5043'] },
  files: [{ paths: ['/var/log/nothing.log'] }],
  stateDir: '/state',
}

test('the executable prints its version in an empty directory', async t => {
  const { home, forwarder } = await makeEmptyPlace(t)
  const { stdout, stderr } = await forwarder('--version')
  t.deepEqual([stdout, stderr], [`${manifest.version}\n`, ''])
  t.deepEqual(await readdir(home), [], 'nothing is unpacked')
})

test('the executable checks a configuration', async t => {
  const { home, forwarder } = await makeEmptyPlace(t)
  const wrong = join(home, 'wrong.json')
  await writeFile(wrong, '{"network": {"servres": []}}')
  const failure = await t.throwsAsync<Failure>(forwarder('check', '--config', wrong))
  t.is(failure.code, 1)
  t.regex(failure.message, /servres/u)
})

test('the executable ships, stores and finds events: it contains its threads', async t => {
  const { home, forwarder } = await makeEmptyPlace(t)
  const { stdout, stderr } = await forwarder('demo', '--seconds', '2', '--rate', '500')
  t.regex(stdout, /^1,000 written, 1,000 stored, 0 lost, 0 twice$/mu)
  t.regex(stdout, /"POST \/login\?n=\d+ HTTP/u)
  t.is(stderr, '')
  t.deepEqual(await readdir(home), [])
})

test("the executable runs a fleet on a real etcd: it contains etcd's description", async t => {
  const { home, programs, forwarder } = await makeEmptyPlace(t)
  await symlink('/usr/bin/etcd', join(programs, 'etcd'))
  const { stdout } = await forwarder('demo', '--fleet')
  t.regex(stdout, /^([\d,]+) written, \1 stored, 0 lost, 0 twice$/mu)
  t.deepEqual(await readdir(home), [])
})

test('the executable ignores environment variables of Node', async t => {
  const options = { env: { NODE_OPTIONS: '--require /nowhere/at/all.js' } }
  const { stdout } = await run(t.context.binary('linux-x64'), ['--version'], options)
  t.is(stdout, `${manifest.version}\n`)
})

test('the executables need at most glibc 2.28 and libstdc++ 3.4.21', async t => {
  const libraries = new Set<string>()
  for (const platform of ['linux-x64', 'linux-arm64'] as const) {
    const { stdout } = await run('readelf', ['--dynamic', '--version-info', '--wide', t.context.binary(platform)])
    for (const [, name = ''] of stdout.matchAll(/\(NEEDED\).*\[(.+?)\.so/gu))
      libraries.add(name.replace(/-x86-64|-linux-.*/u, ''))
    for (const [family, limit] of [
      ['GLIBC', [2, 28]],
      ['GLIBCXX', [3, 4, 21]],
    ] as const) {
      const versions = [...stdout.matchAll(new RegExp(`\\b${family}_([\\d.]+)`, 'gu'))].map(([, text = '']) => text)
      t.true(versions.length > 0)
      t.deepEqual(
        versions.filter(text => isNewer(text.split('.').map(Number), limit)),
        [],
        `${platform} ${family}`,
      )
    }
  }
  t.deepEqual([...libraries].toSorted(), [
    'ld',
    'libatomic',
    'libc',
    'libdl',
    'libgcc_s',
    'libm',
    'libpthread',
    'libstdc++',
  ])
})

function isNewer(version: readonly number[], limit: readonly number[]): boolean {
  const index = limit.findIndex((part, i) => part !== (version[i] ?? 0))
  return index >= 0 && (version[index] ?? 0) > (limit[index] ?? 0)
}

/** A root with nothing but the executable and the libraries that it asks for, and a way to run it there as this user. */
async function makeEmptyRoot(t: ExecutionContext<Dist>) {
  const emptyRoot = await makeTempDir(t)
  const binary = t.context.binary('linux-x64')
  const { stdout: needed } = await run('ldd', [binary])
  const files = [...needed.matchAll(/(\/\S+) \(0x/gu)].map(([, path = '']) => path)
  t.is(files.length, 8)
  for (const path of files) {
    await mkdir(join(emptyRoot, dirname(path)), { recursive: true })
    await copyFile(path, join(emptyRoot, path))
  }
  await copyFile(binary, join(emptyRoot, 'forwarder'))
  await mkdir(join(emptyRoot, 'state'), { mode: 0o700 })
  const as = (user: number) => {
    const command = [`--map-user=${user}`, `--root=${emptyRoot}`, '--wd=/', '/forwarder']
    return async (...args: string[]) => await run('unshare', [...command, ...args], { env: {} })
  }
  const write = async (name: string, config: object) => await writeFile(join(emptyRoot, name), JSON.stringify(config))
  return { as, write }
}

test('the executable runs on a root with only its libraries, without users and home directories', async t => {
  const { as, write } = await makeEmptyRoot(t)
  const { stateDir, ...stateless } = agentConfig
  await write('agent.json', agentConfig)
  await write('stateless.json', stateless)
  for (const user of [0, 4242]) {
    const inside = as(user)
    t.is((await inside('--version')).stdout, `${manifest.version}\n`)
    const { stdout } = await inside('check', '--config', '/agent.json')
    t.regex(stdout, /^OK: \/agent\.json/u)
    t.true(stdout.includes(stateDir))
  }
  t.regex((await as(0)('check', '--config', '/stateless.json')).stdout, /state +\/var\/lib\/forwarder\/agent/u)
  const failure = await t.throwsAsync<Failure>(as(4242)('check', '--config', '/stateless.json'))
  t.is(failure.code, 1)
  t.regex(failure.stderr, /^\/stateless\.json:1:1: stateDir is missing: .*no home directory/u)
})

const probe = `
const { getHeapStatistics } = require('node:v8')
process.kill(process.pid, 'SIGUSR1')
setTimeout(() => {
  const { heap_size_limit: limit } = getHeapStatistics()
  console.log(JSON.stringify({ limit, debugger: require('node:inspector').url() ?? 'none' }))
}, 300)
`

async function ask(...command: [string, ...string[]]) {
  const { stdout } = await run(command[0], command.slice(1))
  return JSON.parse(stdout) as { readonly limit: number; readonly debugger: string }
}

test('the executable has the memory limits of bin/forwarder, and no signal opens a debugger', async t => {
  const dir = await makeTempDir(t)
  const [script, output] = [join(dir, 'probe.cjs'), join(dir, 'probe')]
  await writeFile(script, probe)
  await makeExecutable({ main: script, assets: {}, compiled: {}, packages: [] }, { platform: 'linux-x64', output, dir })
  const node = await findBaseNode('linux-x64')
  const inside = await ask(output)
  t.deepEqual(inside, await ask(node, ...nodeArguments, script))
  t.is(inside.debugger, 'none')
  t.not(inside.limit, (await ask(node, '--disable-sigusr1', script)).limit, 'they change something')
})

/** A command that is the executable for arm64. */
async function emulate(t: ExecutionContext<Dist>): Promise<{ readonly dir: string; readonly command: string }> {
  t.timeout(patience(170_000), 'its processor is emulated')
  const dir = await makeTempDir(t)
  const command = join(dir, 'forwarder')
  const words = ['exec', 'qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu', t.context.binary('linux-arm64')]
  await writeFile(command, `#!/bin/sh\n${words.join(' ')} "$@"\n`, { mode: 0o755 })
  return { dir, command }
}

test('the executable for arm64 runs, and checks a configuration', async t => {
  const { dir, command } = await emulate(t)
  t.is((await run(command, ['--version'])).stdout, `${manifest.version}\n`)
  const wrong = join(dir, 'wrong.json')
  await writeFile(wrong, '{"network": {"servres": []}}')
  const failure = await t.throwsAsync<Failure>(run(command, ['check', '--config', wrong]))
  t.is(failure.code, 1)
  t.regex(failure.message, /servres/u)
})

test('the executable for arm64 ships over TLS and stores', async t => {
  const { command } = await emulate(t)
  const pair = await makePair(t, { command })
  await appendFile(pair.logFile, makeAccessLog(1, 21))
  const [collector, agent] = await Promise.all([pair.startCollector(), pair.startAgent()])
  const acked = async () => (await agent.readMetrics()).get('forwarder_events_acked_total') ?? 0
  await until(async () => (await acked()) >= 20, 'all lines are acked', 120_000)
  await addsUpIn(t, agent)
  t.deepEqual(await Promise.all([agent.stop(), collector.stop()]), [0, 0])
  const stored = searchEmbedded(pair.storePath, { text: '', fields: [], limit: 0 })
  t.deepEqual(await judge(stored, 20), { stored: 20, lost: 0, twice: 0 })
})

test('SHA256SUMS has the sums of the executables', async t => {
  const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: t.context.dir })
  t.is(stdout.match(/: OK$/gmu)?.length, 4)
})

test('two builds of the same sources are identical', async t => {
  t.timeout(patience(170_000), 'two executables are built')
  const [dir, work] = [await makeTempDir(t), await makeTempDir(t)]
  await makeDist(dir, work)
  const [sums, again] = await Promise.all(
    [t.context.dir, dir].map(async place => await readFile(join(place, 'SHA256SUMS'), 'utf8')),
  )
  t.is(again, sums)
})
