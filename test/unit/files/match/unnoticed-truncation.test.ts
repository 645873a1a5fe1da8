import test from 'ava'
import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a log that was truncated and has the same last 256 bytes at once is read on, and its copy is sent whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  const end = 'the same end '.repeat(20)
  await writeFile(path, toText([...history, 'one', end]))
  t.deepEqual(await readTexts(), [...history, 'one', end])
  await writeFile(path, toText([...history, 'two', end, 'next']))
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().truncations, 0)
  await copyFile(path, `${path}.1`)
  await truncate(path)
  t.deepEqual(await readTexts(), [...history, 'two', end, 'next'])
  t.is(source.status().copies, 0)
  addsUp(t, source.status())
})

test('a new log that has the beginning of another one, from before a truncation of that which was not noticed, is taken for its copy', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  const end = 'the same end '.repeat(20)
  await writeFile(path, toText([...history, 'one', end]))
  await readTexts()
  await writeFile(path, toText([...history, 'two', end, 'next']))
  t.deepEqual(await readTexts(), ['next'])
  await writeFile(join(dir, 'b.log'), toText([...history, 'one']))
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.copied, toText([...history, 'one']).length)
  addsUp(t, source.status())
})

for (const isMatched of [true, false]) {
  const outcome = isMatched
    ? 'is sent whole after a restart if it has unread lines, which count as lost'
    : 'and that left all patterns is not found after a restart, and its unread lines count as lost'
  test(`a log whose truncation was not noticed ${outcome}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const first = follow(t, dir, { state })
    const end = 'the same end '.repeat(20)
    await writeFile(path, toText([...history, 'one', end]))
    await first.readTexts()
    await writeFile(path, toText([...history, 'two', end]))
    await first.readTexts()
    await appendFile(path, 'unread\n')
    await first.source.poll()
    await first.source.close()
    if (!isMatched) await rename(path, join(dir, '.a'))
    const next = follow(t, dir, { state })
    t.deepEqual(await next.readTexts(), isMatched ? [...history, 'two', end, 'unread'] : [])
    next.pass(86_400_000)
    await next.readTexts()
    const { truncated, deleted } = next.source.status().bytes.lost
    t.is(truncated + deleted, 'unread\n'.length)
    addsUp(t, next.source.status())
  })
}

test('a log that was truncated and has the bytes again that were read of it is read on, and the rest of what was seen is lost', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, 'one\ntwo\nhalf')
  t.deepEqual(await readTexts(), ['one', 'two'])
  await writeFile(path, 'one\ntwo\n')
  t.deepEqual(await readTexts(), [])
  await appendFile(path, 'next\n')
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().bytes.lost.truncated, 'half'.length)
  addsUp(t, source.status())
})
