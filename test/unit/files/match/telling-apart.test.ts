import test from 'ava'
import { appendFile, link, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a report that is written again after the first one was renamed is read again', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass, source } = follow(t, dir)
  const path = join(dir, 'report.log')
  await writeFile(path, toText(history))
  t.deepEqual(await readTexts(), history)
  await rename(path, join(await makeTempDir(t), 'old'))
  await readTexts()
  pass(60_000)
  await readTexts()
  await writeFile(path, toText(history))
  t.deepEqual(await readTexts(), history)
  t.is(source.status().bytes.copied, 0)
  addsUp(t, source.status())
})

test('files with the same first kilobyte are distinguished', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir)
  const header = `${'#'.repeat(79)}\n`.repeat(20)
  await writeFile(join(dir, 'a.log'), `${header}a1\n`)
  t.is((await readTexts()).length, 21)
  await writeFile(join(dir, 'b.log'), `${header}b1\nb2\nb3\n`)
  const found = await readTexts()
  t.is(found.length, 23)
  t.is(found.at(-1), 'b3')
  await writeFile(join(dir, 'c.log'), header)
  t.deepEqual(await readTexts(), [])
  pass(2000)
  t.is((await readTexts()).length, 20)
})

test('a new file in a reused inode begins at 0, with its own ids', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const { readLines, source, pass } = follow(t, dir, { state, groups: [{ deadTimeMs: 0 }] })
  const path = join(dir, 'a.log')
  const ids = new Set<string>()
  let reused = 0
  let previous = ''
  let round = 0
  // Other tests may take an inode that has become free.
  for (; round < 60 || (reused === 0 && round < 6000); round++) {
    await writeFile(path, `round ${round}\n`)
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(
      lines.map(line => line.text),
      [`round ${round}`],
    )
    for (const { id } of lines) ids.add(id)
    const inode = [...state.files.values()].at(-1)!.identity.inode
    if (inode === previous) reused++
    previous = inode
    pass(1)
    await source.poll()
    t.is(source.status().openFiles, 0)
    await rm(path)
  }
  t.is(ids.size, round)
  t.true(reused > 0, 'this file system did not reuse an inode')
})

test('a file under several names is followed once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'real.log'), 'one\n')
  await symlink(join(dir, 'real.log'), join(dir, 'link.log'))
  await link(join(dir, 'real.log'), join(dir, 'hard.log'))
  t.deepEqual(await readTexts(), ['one'])
  await appendFile(join(dir, 'hard.log'), 'two\n')
  t.deepEqual(await readTexts(), ['two'])
})

test('a symlink that is changed to another file leads to that file', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir, { groups: [{ paths: [join(dir, 'current')] }] })
  await writeFile(join(dir, 'a'), 'a1\n')
  await writeFile(join(dir, 'b'), 'b1\n')
  await symlink(join(dir, 'a'), join(dir, 'current'))
  t.deepEqual(await readTexts(), ['a1'])
  await appendFile(join(dir, 'a'), 'a2\n')
  await rm(join(dir, 'current'))
  await symlink(join(dir, 'b'), join(dir, 'current'))
  t.deepEqual((await readTexts()).sort(), ['a2', 'b1'])
})

test('files are followed in directories that are created and deleted', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir, { groups: [{ paths: [join(dir, 'logs/**/*.log')] }] })
  t.deepEqual(await readTexts(), [])
  await mkdir(join(dir, 'logs/deep/er'), { recursive: true })
  await writeFile(join(dir, 'logs/deep/er/a.log'), 'one\n')
  t.deepEqual(await readTexts(), ['one'])
  await rename(join(dir, 'logs'), join(dir, 'away'))
  t.deepEqual(await readTexts(), [])
  await rename(join(dir, 'away'), join(dir, 'logs'))
  await appendFile(join(dir, 'logs/deep/er/a.log'), 'two\n')
  t.deepEqual(await readTexts(), ['two'])
})

/** As an overlay does it at the first write to a file of a lower layer, and as an inode that is used again shows it. */
function changeBirthTimes(state: MemoryState): void {
  for (const [key, record] of state.files)
    state.files.set(key, { ...record, identity: { ...record.identity, birthNs: '5' } })
}

test('a file that was skipped is recognised by its digest if its birth time changed', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  await writeFile(join(dir, 'a.log'), toText(history))
  const first = follow(t, dir, { state, groups: [{ startPosition: 'end' }] })
  t.deepEqual(await first.readTexts(), [])
  await first.source.close()
  changeBirthTimes(state)
  await appendFile(join(dir, 'a.log'), 'new\n')
  const second = follow(t, dir, { state, groups: [{ startPosition: 'end' }] })
  t.deepEqual(await second.readTexts(), ['new'])
})

test('a file whose digest is not known is new if its birth time changed', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const long = Array.from({ length: 100_000 }, (_, i) => `long ${i * i}`)
  await writeFile(join(dir, 'a.log'), toText([...history, 'a', ...long]))
  const first = follow(t, dir, { state, groups: [{ startPosition: 'end' }] })
  t.deepEqual(await first.readTexts(), [])
  await first.source.close()
  changeBirthTimes(state)
  const others = [...history, 'b', ...long]
  await writeFile(join(dir, 'a.log'), toText(others))
  const second = follow(t, dir, { state, groups: [{ startPosition: 'end' }] })
  t.deepEqual(await second.readTexts(), others)
})

test('a report that was seen, but not sent, and has the bytes of an earlier one of its name, is sent by the next run', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'report.csv')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history))
  t.deepEqual(await first.readTexts(), history)
  await rm(path)
  await first.look()
  await writeFile(path, toText(history))
  t.deepEqual(await first.readTexts(), [])
  await first.source.close()
  const second = follow(t, dir, { state })
  const texts = await second.readTexts()
  second.pass(2000)
  t.deepEqual([...texts, ...(await second.readTexts())], history)
})
