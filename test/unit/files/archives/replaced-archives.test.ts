import { execFile } from 'node:child_process'
import { mkdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import test, { type ExecutionContext } from 'ava'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText, type Followed } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const run = promisify(execFile)

async function prepare(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ archives: true }] })
  return { dir, start, path: join(dir, 'a.log') }
}

async function readAll({ readTexts, pass }: Followed, looks = 30): Promise<readonly string[]> {
  const texts: string[] = []
  for (let i = 0; i < looks; i++) {
    texts.push(...(await readTexts()))
    pass(1000)
  }
  return texts
}

test('an archive that takes the name, the inode and the size of one that was read is read', async t => {
  const { dir, path, start } = await prepare(t)
  const away = join(dir, 'away')
  await mkdir(away)
  const followed = start()
  const sizes = new Set<number>()
  for (const text of ['line 1', 'line 2', 'line 3']) {
    await writeFile(join(away, 'a.log'), `${text}\n`)
    // It removes the archive that is there, and makes another one, which may get the same inode.
    await rm(`${path}.gz`, { force: true })
    await run('gzip', ['-n', join(away, 'a.log')])
    await rename(join(away, 'a.log.gz'), `${path}.gz`)
    sizes.add((await stat(`${path}.gz`)).size)
    t.deepEqual(await readAll(followed, 3), [text])
  }
  t.is(sizes.size, 1)
  addsUp(t, followed.source.status())
})

test('an archive that is written over in place with as many bytes is read', async t => {
  const { dir, start } = await prepare(t)
  const followed = start()
  for (const text of ['line 1', 'line 2', 'line 3']) {
    await run('sh', ['-c', `echo ${text} | gzip -n > a.log.gz`], { cwd: dir })
    t.deepEqual(await readAll(followed, 3), [text])
  }
  addsUp(t, followed.source.status())
})

for (const kind of ['gz', 'zst'] as const) {
  test(`an archive (${kind}) with no more than was read, of a file of which more was seen, is not read`, async t => {
    const { path, start } = await prepare(t)
    await writeFile(path, toText(history))
    const first = start()
    await readAll(first)
    await writeFile(path, toText([...history, 'seen']))
    await first.source.poll()
    await first.source.close()
    await rm(path)
    await writeFile(`${path}.1.${kind}`, compress(toText(history), kind === 'gz' ? 'gzip' : 'zstd'))
    const next = start()
    t.deepEqual(await readAll(next), [])
    t.is(next.source.status().bytes.copied, toText(history).length)
    addsUp(t, next.source.status())
  })
}

test('an archive whose last member has the bytes of a file that was read is read, since it has others', async t => {
  const { path, start } = await prepare(t)
  await writeFile(path, toText(history))
  const followed = start()
  await readAll(followed)
  const members = [toText([...history, 'only here']), toText(history)]
  await writeFile(`${path}.all.gz`, Buffer.concat(members.map(member => compress(member, 'gzip'))))
  t.true((await readAll(followed)).includes('only here'))
  addsUp(t, followed.source.status())
})

test('an archive that begins like a rotated file which stays there is read after a while', async t => {
  const { path, start } = await prepare(t)
  await writeFile(path, toText([...history, 'first']))
  const followed = start()
  await readAll(followed)
  await rename(path, `${path}.1`)
  await readAll(followed)
  await writeFile(`${path}.2.gz`, compress(toText([...history, 'zeroth']), 'gzip'))
  t.true((await readAll(followed)).includes('zeroth'))
  addsUp(t, followed.source.status())
})

test('an archive that was read, vanished and comes back with another member is read on', async t => {
  const { dir, path, start } = await prepare(t)
  const away = join(dir, 'away')
  await mkdir(away)
  await writeFile(`${path}.1.gz`, compress(toText(history), 'gzip'))
  const followed = start()
  t.deepEqual(await readAll(followed), history)
  await rename(`${path}.1.gz`, join(away, 'a.log.1.gz'))
  await readAll(followed, 3)
  await writeFile(join(away, 'a.log.1.gz'), compress('more\n', 'gzip'), { flag: 'a' })
  await rename(join(away, 'a.log.1.gz'), `${path}.1.gz`)
  t.deepEqual(await readAll(followed), ['more'])
  addsUp(t, followed.source.status())
})

for (const kind of ['gz', 'zst'] as const) {
  test(`an archive (${kind}) that was left out with startPosition "end" is not read when it comes back`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const start = () => follow(t, dir, { state, groups: [{ archives: true, startPosition: 'end' }] })
    const [path, away] = [join(dir, `a.log.1.${kind}`), join(dir, 'away')]
    await mkdir(away)
    await writeFile(path, compress(toText(history), kind === 'gz' ? 'gzip' : 'zstd'))
    const first = start()
    t.deepEqual(await readAll(first), [])
    await rename(path, join(away, 'a'))
    t.deepEqual(await readAll(first, 3), [])
    await rename(join(away, 'a'), path)
    t.deepEqual(await readAll(first), [])
    await first.source.close()
    t.deepEqual(await readAll(start()), [])
  })
}
