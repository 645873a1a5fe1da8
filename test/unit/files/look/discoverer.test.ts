import test from 'ava'
import { execFile } from 'node:child_process'
import { mkdir, stat, symlink, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { basename, join, relative } from 'node:path'
import { promisify } from 'node:util'
import { Discoverer } from '../../../../src/files/look/discoverer.ts'
import { makeGroup } from '../../../helpers/files/followed.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'

const tree = [
  'a.log',
  'b.txt',
  '.hidden.log',
  'app[1].log',
  'sub/a.log',
  'sub/deep/a.log',
  'sub/deep/b.log',
  'other/a.log',
]

interface Patterns {
  readonly paths: readonly string[]
  readonly exclude?: readonly string[]
}

const finds = test.macro(async (t, { paths, exclude = [] }: Patterns, expected: readonly string[]) => {
  const dir = await makeTempDir(t)
  for (const name of tree) {
    await mkdir(join(dir, name, '..'), { recursive: true })
    await writeFile(join(dir, name), 'x\n')
  }
  const group = makeGroup(dir, { paths: paths.map(pattern => join(dir, pattern)), exclude })
  const { files } = await new Discoverer([group], silentLog).scan()
  t.deepEqual(files.map(({ path }) => relative(dir, path)).sort(), [...expected].sort())
})

test('a star matches within one directory, and no hidden files', finds, { paths: ['*.log'] }, ['a.log', 'app[1].log'])
test('a pattern that begins with a dot finds hidden files', finds, { paths: ['.h*'] }, ['.hidden.log'])
test('two stars match any number of directories', finds, { paths: ['sub/**/*.log'] }, [
  'sub/a.log',
  'sub/deep/a.log',
  'sub/deep/b.log',
])
test('a star may match a directory', finds, { paths: ['*/a.log'] }, ['sub/a.log', 'other/a.log'])
test('braces list alternatives, which may contain slashes', finds, { paths: ['{a.log,sub/{a,deep/b}.log}'] }, [
  'a.log',
  'sub/a.log',
  'sub/deep/b.log',
])
test('a file whose name looks like a pattern is found by that name', finds, { paths: ['app[1].log'] }, ['app[1].log'])
test('a pattern without a slash excludes by name', finds, { paths: ['**/*.log'], exclude: ['a.log'] }, [
  'app[1].log',
  'sub/deep/b.log',
])
test('a backslash takes the meaning from a special character, as in Go', finds, { paths: ['app\\[1\\].log'] }, [
  'app[1].log',
])
test('an escaped special excludes by name', finds, { paths: ['*.log'], exclude: ['app\\[*'] }, ['a.log'])
test('a path without wildcards finds its file', finds, { paths: ['b.txt'] }, ['b.txt'])

test('links that form a circle do not keep a scan from ending', async t => {
  const dir = await makeTempDir(t)
  await mkdir(join(dir, 'sub'))
  await symlink(dir, join(dir, 'sub/up'))
  await writeFile(join(dir, 'sub/a.log'), 'x\n')
  const { files } = await new Discoverer([makeGroup(dir, { paths: [join(dir, '**/*.log')] })], silentLog).scan()
  t.is(new Set(files.map(({ look }) => look.place)).size, 1)
  t.true(files.length <= 2)
})

test('a path that is not a regular file is refused with one log line that names its type', async t => {
  const dir = await makeTempDir(t)
  await promisify(execFile)('mkfifo', [join(dir, 'pipe')])
  await mkdir(join(dir, 'directory'))
  const server = createServer().listen(join(dir, 'socket'))
  t.teardown(() => server.close())
  const log = makeRecordingLog()
  const paths = ['pipe', 'directory', 'socket'].map(name => join(dir, name)).concat('/dev/null')
  const discoverer = new Discoverer([makeGroup(dir, { paths })], log)
  for (let look = 0; look < 3; look++) t.deepEqual((await discoverer.scan()).files, [])
  const reasons = log.lines.map(({ fields }) => `${basename(String(fields['path']))}: ${String(fields['reason'])}`)
  t.deepEqual(reasons.sort(), [
    'directory: it is a directory, and only regular files are followed',
    'null: it is a device, and only regular files are followed',
    'pipe: it is a named pipe (let its writer feed standard input instead, with the path "-"), and only regular files are followed',
    'socket: it is a socket, and only regular files are followed',
  ])
})

test('a truncation that shows no other time of change is dated so that each file that is made afterwards is younger', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'a.log'), 'x\n')
  const discoverer = new Discoverer([makeGroup(dir, { paths: [join(dir, '*.log')] })], silentLog)
  const [found] = (await discoverer.scan()).files
  for (let i = 0; i < 20; i++) {
    const look = { ...found!.look, changedNs: 0n, size: 0 }
    const { changedNs } = discoverer.dateTruncation(look, look.changedNs)
    const path = join(dir, `${i}`)
    await writeFile(path, '')
    t.true((await stat(path, { bigint: true })).birthtimeNs > changedNs)
    t.true(changedNs > BigInt(Date.now() - 5000) * 1_000_000n)
  }
})
