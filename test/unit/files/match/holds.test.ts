import test from 'ava'
import { appendFile, copyFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, makeGroup, toLines, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a file that equals a followed one of less than a kilobyte is read at once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.csv'), 'date,time,user\n')
  await readTexts()
  await writeFile(join(dir, 'b.csv'), 'date,time,user\n')
  t.deepEqual(await readTexts(), ['date,time,user'])
  await appendFile(join(dir, 'b.csv'), 'own\n')
  t.deepEqual(await readTexts(), ['own'])
})

test('a file that equals the beginning of a longer, unchanged one is read 2 s after it stopped growing', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await copyFile(join(dir, 'a.log'), join(dir, 'b.log'))
  t.deepEqual(await readTexts(), [])
  pass(1999)
  t.deepEqual(await readTexts(), [])
  pass(1)
  t.deepEqual(await readTexts(), history)
})

test('a file that begins like another one, and is longer than it, is read at once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText([...history, 'own']))
  t.deepEqual(await readTexts(), [...history, 'own'])
})

test('a file that begins like another one is read as soon as a byte differs', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(
    join(dir, 'a.log'),
    toText([...history, 'a line of the first file that is as long as several of the second']),
  )
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(history))
  t.deepEqual(await readTexts(), [])
  await appendFile(join(dir, 'b.log'), 'own\n')
  t.deepEqual(await readTexts(), [...history, 'own'])
})

test('a file that grows at each look, and always equals the beginning of another one, is read 2 s after it last grew', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir)
  const more = Array.from({ length: 10 }, (_, i) => `more ${i}`)
  await writeFile(join(dir, 'a.log'), toText([...history, ...more]))
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(history))
  for (const line of more) {
    t.deepEqual(await readTexts(), [])
    await appendFile(join(dir, 'b.log'), toText([line]))
    pass(1999)
  }
  t.deepEqual(await readTexts(), [])
  pass(2000)
  t.deepEqual(await readTexts(), [...history, ...more])
})

test('a file that is longer than the one whose bytes it has, or differs from it, is read at once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(history))
  await writeFile(join(dir, 'c.log'), toText(history.slice(0, -1)))
  t.deepEqual(await readTexts(), [])
  await appendFile(join(dir, 'b.log'), 'x')
  await appendFile(join(dir, 'c.log'), 'other\n')
  t.deepEqual((await readTexts()).toSorted(), [...history, ...history.slice(0, -1), 'other'].toSorted())
})

test('a copy is waited for as long as it grows, however long it takes', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  const text = toText(Array.from({ length: 400_000 }, (_, i) => `line ${i}, value ${i * i}`))
  await writeFile(path, text)
  await readTexts()
  const step = 1_200_000
  for (let end = step; end < text.length + step; end += step) {
    await appendFile(`${path}.1`, text.slice(end - step, end))
    t.deepEqual(await readTexts(), [])
    pass(1900)
  }
  await truncate(path)
  await appendFile(path, 'new\n')
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['new'])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

for (const leave of [rm, (path: string) => rename(path, `${path}-away`)]) {
  test(`a file that is held back counts as seen, and is read even if it lost its name by ${leave.name || 'rename'}`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log')] }] })
    await writeFile(join(dir, 'a.log'), toText(history))
    await readTexts()
    await copyFile(join(dir, 'a.log'), join(dir, 'b.log'))
    t.deepEqual(await readTexts(), [])
    t.is(source.status().bytes.unread, toText(history).length)
    addsUp(t, source.status())
    await leave(join(dir, 'b.log'))
    t.deepEqual(await readTexts(), history)
    addsUp(t, source.status())
  })
}

for (const becomesOfCopy of ['stays', 'is removed']) {
  test(`a copy that is still being made at a look, and then ${becomesOfCopy}, is read once`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir)
    const [original, copy] = [join(dir, 'a.log'), join(dir, 'a.log.1')]
    await writeFile(original, toText([...history, 'more']))
    await readTexts()
    await writeFile(copy, toText(history))
    t.deepEqual(await readTexts(), [])
    await appendFile(original, 'last\n')
    await appendFile(copy, toText(['more', 'last']))
    await truncate(original)
    if (becomesOfCopy === 'is removed') await rm(copy)
    t.deepEqual(await readTexts(), ['last'])
    t.is(source.status().copies, 1)
    addsUp(t, source.status())
  })
}

test('a copy is read once even if its truncated original is longer again at the next look', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await copyFile(path, join(dir, 'a.log.1'))
  const fresh = history.map(line => `another ${line}`)
  await writeFile(path, toText(fresh))
  t.deepEqual([...(await readTexts()), ...(await readTexts())], fresh)
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

test('a file that is held back stays held back when the groups change', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, pass } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await copyFile(join(dir, 'a.log'), join(dir, 'b.log'))
  await source.poll()
  await source.reconfigure([makeGroup(dir, { fields: { changed: true } })], {})
  t.deepEqual(await readTexts(), [])
  pass(2000)
  t.deepEqual(await readTexts(), history)
})

test('a copy is read once even if its original was truncated, written longer and deleted before the next look', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await copyFile(path, join(dir, 'a.log.1'))
  const fresh = history.map(line => `another ${line}`)
  await writeFile(path, toText(fresh))
  await rm(path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], fresh)
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

test('each copy of 40 logs with one head that is seen before the truncation is read once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const paths = Array.from({ length: 40 }, (_, i) => join(dir, `${i}.log`))
  for (const [i, path] of paths.entries()) {
    const own = Array.from({ length: 40 - i }, (_line, n) => `${n} of log ${i}`)
    await writeFile(path, toText([...history, ...own]))
  }
  await readTexts()
  for (const path of paths) await copyFile(path, `${path}.1`)
  t.deepEqual(await readTexts(), [])
  for (const path of paths) await truncate(path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
  t.is(source.status().copies, paths.length)
  addsUp(t, source.status())
})

test('a file that repeats the same bytes as another is read at once', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  const lines = Array.from({ length: 20 }, () => 'a line without a time '.repeat(10))
  await writeFile(join(dir, 'a.log'), toText(lines))
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(lines))
  t.deepEqual(await readTexts(), lines)
})

test('a copy is read once even if nothing was read while its original was truncated and became longer again', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, pass } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'unread\n')
  await copyFile(path, `${path}.1`)
  await source.poll()
  const fresh = history.map(line => `another ${line}`)
  await writeFile(path, toText(fresh))
  for (let i = 0; i < 6; i++) {
    await source.poll()
    pass(1000)
  }
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(texts.toSorted(), [...fresh, 'unread'].toSorted())
  addsUp(t, source.status())
})

test('a new file that shares a kilobyte with a truncated one arrives also if it is deleted while lines wait for their ack', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, look, ackAll, source, pass } = follow(t, dir)
  await writeFile(join(dir, 'c.log'), toText(history))
  await readTexts()
  await appendFile(join(dir, 'c.log'), toText(['a line without an ack', 'another one']))
  t.is((await look()).flatMap(toLines).length, 2)
  await writeFile(join(dir, 'a.log'), toText([...history, 'own']))
  await copyFile(join(dir, 'c.log'), join(dir, 'c.log.1'))
  await truncate(join(dir, 'c.log'))
  t.deepEqual(await look(), [])
  await rm(join(dir, 'a.log'))
  const batches = await look()
  ackAll()
  pass(5000)
  const texts = [...batches.flatMap(toLines).map(({ text }) => text), ...(await readTexts())]
  t.deepEqual(texts, [...history, 'own'])
  addsUp(t, source.status())
})
