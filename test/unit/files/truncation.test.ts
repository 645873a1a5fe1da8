import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, follow } from '../../helpers/followed.ts'
import { makeTempDir } from '../../helpers/temp-dir.ts'

test('a truncated file begins anew, with new ids', async t => {
  const dir = await makeTempDir(t)
  const { readLines, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  const before = await readLines()
  await truncate(join(dir, 'a.log'))
  await readLines()
  await appendFile(join(dir, 'a.log'), 'three\n')
  const after = await readLines()
  t.deepEqual(
    after.map(line => line.text),
    ['three'],
  )
  t.false(before.some(line => line.id === after[0]!.id))
  t.is(source.status().truncations, 1)
})

test('a truncation is noticed though the file grew again beyond what was read', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  await readTexts()
  await writeFile(join(dir, 'a.log'), 'four\nfive\nsix\n')
  t.deepEqual(await readTexts(), ['four', 'five', 'six'])
  t.is(source.status().truncations, 1)
})

test('a truncation is noticed though the file has the same size again', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  await readTexts()
  await writeFile(join(dir, 'a.log'), 'six\nten\n')
  t.deepEqual(await readTexts(), ['six', 'ten'])
})

test('unread bytes of a truncated file count as lost when no copy turns up', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, pass, logLines } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\nunfinished')
  await readTexts()
  await truncate(join(dir, 'a.log'))
  await readTexts()
  pass(10_000)
  await readTexts()
  t.is(source.status().bytes.lost.truncated, 'unfinished'.length)
  t.true(logLines.some(line => line.level === 'error' && line.fields['lostBytes'] === 10))
  addsUp(t, source.status())
})

for (const copyName of ['a.log.1', 'a-copy.log', '0.log']) {
  test(`the copy ${copyName} of a copy-truncate goes on where the original was left`, async t => {
    const dir = await makeTempDir(t)
    const { readLines, source } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, 'one\n')
    const [one] = await readLines()
    await appendFile(path, 'two\nthree\n')
    await copyFile(path, join(dir, copyName))
    await truncate(path)
    await appendFile(path, 'four\n')
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(lines.map(line => line.text).sort(), ['four', 'three', 'two'])
    t.is(lines.find(line => line.text === 'two')!.id, one!.id.replace(/-0$/, '-4'))
    t.is(source.status().copies, 1)
    addsUp(t, source.status())
  })
}

test('a copy that is seen before the truncation is not read until that has come', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\ntwo\n')
  await readTexts()
  await appendFile(path, 'three\n')
  await copyFile(path, join(dir, 'a.log.1'))
  t.deepEqual(await readTexts(), ['three'])
  pass(1000)
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  await appendFile(path, 'four\n')
  pass(20_000)
  t.deepEqual(await readTexts(), ['four'])
})

test('the unread end of a truncated file is read from a copy that no pattern matches', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log')] }] })
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  await readTexts()
  await appendFile(path, 'two\n')
  await copyFile(path, join(dir, 'a.log.1'))
  await truncate(path)
  t.deepEqual(await readTexts(), ['two'])
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})
