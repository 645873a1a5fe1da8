import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import manifest from '../../../package.json' with { type: 'json' }
import { makeDist } from '../../../packaging/dist.ts'
import { buildDist, type Dist } from '../../helpers/single-executable.ts'
import { makeTempDir } from '../../helpers/temp-dir.ts'

const distTest = anyTest as TestFn<Dist>
// One at a time: a program that is started while another test copies the executable would hold it open for writing.
const test = distTest.serial
const run = promisify(execFile)

distTest.before(async t => {
  t.timeout(170_000, 'two executables are built')
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

test('the executable says its version where there is nothing else', async t => {
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

test('the executable ships, stores and finds: its threads are inside', async t => {
  const { home, forwarder } = await makeEmptyPlace(t)
  const { stdout, stderr } = await forwarder('demo', '--seconds', '2', '--rate', '500')
  t.regex(stdout, /^1,000 written, 1,000 stored, 0 lost, 0 twice$/mu)
  t.regex(stdout, /"POST \/login\?n=\d+ HTTP/u)
  t.is(stderr, '')
  t.deepEqual(await readdir(home), [])
})

test('the executable runs a fleet on a real etcd: its description is inside', async t => {
  const { home, programs, forwarder } = await makeEmptyPlace(t)
  await symlink('/usr/bin/etcd', join(programs, 'etcd'))
  const { stdout } = await forwarder('demo', '--fleet')
  t.regex(stdout, /^([\d,]+) written, \1 stored, 0 lost, 0 twice$/mu)
  t.deepEqual(await readdir(home), [])
})

test('variables that are meant for Node change nothing', async t => {
  const options = { env: { NODE_OPTIONS: '--require /nowhere/at/all.js' } }
  const { stdout } = await run(t.context.binary('linux-x64'), ['--version'], options)
  t.is(stdout, `${manifest.version}\n`)
})

test('glibc 2.28 and libstdc++ 3.4.21 are all that the executables ask for', async t => {
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

test('those libraries are enough on an otherwise empty root', async t => {
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
  await writeFile(join(emptyRoot, 'agent.json'), JSON.stringify(agentConfig))
  await mkdir(join(emptyRoot, 'state'), { mode: 0o700 })
  const inside = async (...args: string[]) =>
    await run('unshare', ['--map-root-user', `--root=${emptyRoot}`, '/forwarder', ...args], { env: { HOME: '/' } })
  t.is((await inside('--version')).stdout, `${manifest.version}\n`)
  t.regex((await inside('check', '--config', '/agent.json')).stdout, /agent\.json/u)
})

test('the executable for arm64 runs', async t => {
  const arm = async (...args: string[]) =>
    await run('qemu-aarch64-static', ['-L', '/usr/aarch64-linux-gnu', t.context.binary('linux-arm64'), ...args])
  t.is((await arm('--version')).stdout, `${manifest.version}\n`)
  const dir = await makeTempDir(t)
  const wrong = join(dir, 'wrong.json')
  await writeFile(wrong, '{"network": {"servres": []}}')
  const failure = await t.throwsAsync<Failure>(arm('check', '--config', wrong))
  t.is(failure.code, 1)
  t.regex(failure.message, /servres/u)
})

test('the sums are those of the files', async t => {
  const { stdout } = await run('sha256sum', ['--check', 'SHA256SUMS'], { cwd: t.context.dir })
  t.is(stdout.match(/: OK$/gmu)?.length, 4)
})

test('two builds of the same sources are the same to the byte', async t => {
  t.timeout(170_000, 'two executables are built')
  const [dir, work] = [await makeTempDir(t), await makeTempDir(t)]
  await makeDist(dir, work)
  const [sums, again] = await Promise.all(
    [t.context.dir, dir].map(async place => await readFile(join(place, 'SHA256SUMS'), 'utf8')),
  )
  t.is(again, sums)
})
