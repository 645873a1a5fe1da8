import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { appendFile, mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Discoverer } from '../../../../src/files/look/discoverer.ts'
import { fromSystemName, toSystemPath } from '../../../../src/files/look/file-name.ts'
import { compileGlobs } from '../../../../src/files/look/glob.ts'
import { silentLog } from '../../../../src/telemetry/log.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, makeGroup } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const ODD_NAMES = [
  '[x]', 'a*b', 'a?b', '{a,b}', 'a\\b', '(a)', '+(a)', '!(a)', '!a', '@(a|b)', 'a,b', '^a$', 'a|b', '[a-z]', '"q"',
  "it's", ' sp ', '\\', '\\\\', 'a\\*', '\\[x\\]', 'caf\\xe9', '[', ']', '{', '}', '{a', '**', '#a', '~',
] // prettier-ignore

const escape = (name: string) => name.replaceAll(/[^a-z0-9]/g, '\\$&')

async function findNames(dir: string, pattern: string): Promise<readonly string[]> {
  const { files } = await new Discoverer([makeGroup(dir, { paths: [join(dir, pattern)] })], silentLog).scan()
  return files.map(({ path }) =>
    toSystemPath(path)
      .toString()
      .slice(dir.length + 1),
  )
}

async function makeOddFiles(t: ExecutionContext): Promise<string> {
  const dir = await makeTempDir(t)
  for (const name of ODD_NAMES) {
    await writeFile(join(dir, `${name}.log`), 'x\n')
    await mkdir(join(dir, `${name}.d`))
    await writeFile(join(dir, `${name}.d`, 'in.log'), 'x\n')
  }
  return dir
}

test('a name whose special characters are all escaped finds its file, alone, before a star and as a directory', async t => {
  const dir = await makeOddFiles(t)
  for (const name of ODD_NAMES) {
    t.true((await findNames(dir, `${escape(name)}.log`)).includes(`${name}.log`), name)
    t.deepEqual(await findNames(dir, `${escape(name)}.lo*`), [`${name}.log`])
    t.deepEqual(await findNames(dir, `${escape(name)}.d/*.log`), [`${name}.d/in.log`])
  }
})

test('a name without wildcards finds its file without being escaped', async t => {
  const dir = await makeOddFiles(t)
  for (const name of ODD_NAMES) {
    // `\\xe9` is how the byte E9 is shown.
    if (name === 'caf\\xe9') continue
    t.true((await findNames(dir, `${name}.log`)).includes(`${name}.log`), name)
  }
})

const anyName = fc
  .array(fc.constantFrom('a', '\\', '\\x', 'x41', 'e9', '\\x5c', 'é', '😀', '\xe9', '\xff', '\xc3', '\x80', '\n'), {
    minLength: 1,
    maxLength: 8,
  })
  .map(parts =>
    Buffer.concat(parts.map(part => (/^[\x80-\xff]$/.test(part) ? Buffer.from(part, 'latin1') : Buffer.from(part)))),
  )

test('any bytes of a name become text and the same bytes again', t => {
  fc.assert(
    fc.property(anyName, name => {
      const text = fromSystemName(name)
      t.true(text.isWellFormed())
      t.deepEqual(Buffer.from(toSystemPath(text)), name)
    }),
    { numRuns: 500 },
  )
})

const inDirectory = (dir: string, name: Buffer) => Buffer.concat([Buffer.from(`${dir}/`), name])

test('a name that is not UTF-8 is followed, through a rename and a restart, and shown escaped', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = inDirectory(dir, Buffer.from('caf\xe9.log', 'latin1'))
  const away = inDirectory(dir, Buffer.from('\xe9\xe8', 'latin1'))
  const groups = [{ paths: [join(dir, '*.log')] }]
  await writeFile(path, 'one\n')
  await writeFile(join(dir, 'ok.log'), 'ok\n')
  const first = follow(t, dir, { state, groups })
  t.deepEqual(
    (await first.readLines()).map(line => [line.path, line.text]),
    [
      [join(dir, 'caf\\xe9.log'), 'one'],
      [join(dir, 'ok.log'), 'ok'],
    ],
  )
  await appendFile(path, 'two\n')
  await rename(path, away)
  t.deepEqual(await first.readTexts(), ['two'])
  await first.source.close()
  await appendFile(away, 'three\n')
  const next = follow(t, dir, { state: state.copy(), groups })
  t.deepEqual(await next.readTexts(), ['three'])
  addsUp(t, next.source.status())
})

test('a question mark matches a byte that is not UTF-8, and the name as it is shown finds the file', async t => {
  const dir = await makeTempDir(t)
  await mkdir(inDirectory(dir, Buffer.from('d\xe9', 'latin1')))
  await writeFile(inDirectory(dir, Buffer.from('d\xe9/caf\xe9.log', 'latin1')), 'x\n')
  for (const pattern of ['*/caf?.log', '**/*.log', 'd?/*', 'd\\xe9/caf\\xe9.log']) {
    const { files } = await new Discoverer([makeGroup(dir, { paths: [join(dir, pattern)] })], silentLog).scan()
    t.deepEqual(
      files.map(file => file.path),
      [join(dir, 'd\\xe9', 'caf\\xe9.log')],
      pattern,
    )
  }
})

test('a pattern in the root directory begins there', t => {
  t.deepEqual(
    ['/*.log', '/\\[*', '/a/\\*/*.log', '/a*/b'].map(pattern => compileGlobs(pattern)[0]!.base),
    ['/', '/', '/a/*', '/'],
  )
})
