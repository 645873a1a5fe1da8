import test from 'ava'
import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

for (const pattern of ['app.log', '*']) {
  test(`a file matched by ${pattern} that is truncated again before any of its lines were read is read in its copies`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'app.log')
    const { source, readTexts, pass } = follow(t, dir, { groups: [{ paths: [join(dir, pattern)] }] })
    await writeFile(path, toText(history))
    await readTexts()
    await appendFile(path, 'two\n')
    await source.poll()
    for (const text of ['three\n', 'four\n']) {
      await rename(`${path}.1`, `${path}.2`).catch(() => {}) // there is none at first
      await copyFile(path, `${path}.1`)
      await truncate(path)
      await source.poll()
      await appendFile(path, text)
      await source.poll()
    }
    const texts = await readTexts()
    pass(15_000)
    texts.push(...(await readTexts()))
    t.deepEqual(texts.toSorted(), ['four', 'three', 'two'])
    t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
    addsUp(t, source.status())
  })
}

test('a file that was there before, or has another name, is not the copy of a file that was never read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const { source, readTexts, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(`${path}.1`, 'an older one\n')
  await setTimeout(20) // births and changes are told apart by the steps of the file system's clock
  await writeFile(path, 'unread\n')
  await source.poll()
  await setTimeout(20)
  await writeFile(join(dir, 'app.logger'), 'another one\n')
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  pass(10_000)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.lost.truncated, 'unread\n'.length)
  addsUp(t, source.status())
})

test('the copy of a file that was never read is found, although it could not be opened at first', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const { source, readTexts, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  await source.poll()
  await copyFile(path, `${path}.1`)
  await truncate(path)
  const heal = fail(t, ['open', `${path}.1`], 'EMFILE')
  await source.poll()
  heal()
  await source.poll()
  pass(15_000)
  t.deepEqual(await readTexts(), history)
  t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  addsUp(t, source.status())
})

test('bytes that an earlier run sent have one outcome if their file is gone: they are unconfirmed, and not lost', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(dir, 'app.log')
  const first = follow(t, dir, { state })
  await writeFile(path, 'one\n')
  await first.look()
  await first.source.close()
  const { source, look } = follow(t, dir, { state, limits: { maxOpenFiles: 1 } })
  await source.poll()
  await rm(path)
  for (let i = 0; i < 3; i++) await look()
  const { bytes } = source.status()
  t.is(bytes.unconfirmed + bytes.inFlight, 4)
  t.is(bytes.lost.deleted, 0)
  addsUp(t, source.status())
})

test('a file of a group that an earlier run followed begins at 0, also if the known file of the group belongs to another one now', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const [a, b] = [join(dir, 'a.log'), join(dir, 'b.log')]
  const groups = [
    { paths: [`${a}*`], startPosition: 'end' },
    { paths: [join(dir, '*.log*')], startPosition: 'end' },
  ] as const
  await writeFile(a, 'one of a\n')
  await writeFile(b, 'one of b\n')
  const first = follow(t, dir, { state, groups })
  await first.readTexts()
  await first.source.close()
  await rename(a, join(dir, 'c.log'))
  await writeFile(a, 'two of a\n')
  const { readTexts } = follow(t, dir, { state, groups })
  t.deepEqual(await readTexts(), ['two of a'])
})
