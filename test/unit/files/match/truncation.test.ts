import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a truncated file is read from its beginning, with new ids', async t => {
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

test('a truncation is noticed even if the file grew again beyond the read position', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  await readTexts()
  await writeFile(join(dir, 'a.log'), 'four\nfive\nsix\n')
  t.deepEqual(await readTexts(), ['four', 'five', 'six'])
  t.is(source.status().truncations, 1)
})

test('a truncation is noticed even if the file has the same size again', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  await readTexts()
  await writeFile(join(dir, 'a.log'), 'six\nten\n')
  t.deepEqual(await readTexts(), ['six', 'ten'])
})

for (const isAcked of [true, false])
  test(`a log that was found truncated comes whole in the next run, although it has the same lines again, which were ${isAcked ? '' : 'not '}acked`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const first = follow(t, dir, { state })
    await writeFile(path, 'one\n')
    const [sent] = (await first.look()).flatMap(toLines)
    if (isAcked) first.ackAll()
    await truncate(path)
    await first.look()
    await first.source.close()
    await writeFile(path, 'one\n')
    const { readLines, readTexts, source } = follow(t, dir, { state })
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(
      lines.map(({ text, id }) => [text, id === sent!.id]),
      [['one', false]],
    )
    await appendFile(path, 'next\n')
    t.deepEqual(await readTexts(), ['next'])
    addsUp(t, source.status())
  })

test('unread bytes of a truncated file count as lost if no copy is found', async t => {
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
  test(`the copy ${copyName} of a copy-truncate continues at the position of the original`, async t => {
    const dir = await makeTempDir(t)
    const { readLines, source } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, toText(history))
    const [one] = await readLines()
    await appendFile(path, 'two\nthree\n')
    await copyFile(path, join(dir, copyName))
    await truncate(path)
    await appendFile(path, 'four\n')
    const lines = [...(await readLines()), ...(await readLines())]
    t.deepEqual(lines.map(line => line.text).sort(), ['four', 'three', 'two'])
    t.is(lines.find(line => line.text === 'two')!.id, one!.id.replace(/-0$/, `-${toText(history).length}`))
    t.is(source.status().copies, 1)
    addsUp(t, source.status())
  })
}

test('a copy that is seen before the truncation is not read before it', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
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

for (const [name, expected] of [
  ['a.log.1', []],
  ['a.log-20261128', []],
  ['a-20261128.log', []],
  ['a.1.log', []],
  ['a-1.log', ['one']],
  ['a1.log', ['one']],
  ['b.log', ['one']],
] as const) {
  test(`of a short file that is copied to ${name} and truncated, ${expected.length} line comes twice`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, 'one\n')
    t.deepEqual(await readTexts(), ['one'])
    await copyFile(path, join(dir, name))
    await truncate(path)
    t.deepEqual(await readTexts(), expected)
    t.is(source.status().bytes.copied, 4 - 4 * expected.length)
    addsUp(t, source.status())
  })
}

test('another log that begins with the line of a truncated one is not its copy', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'service started\n')
  await readTexts()
  await appendFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await writeFile(join(dir, 'b.log'), 'service started\npayment failed\ngiving up\n')
  await truncate(join(dir, 'a.log'))
  t.deepEqual(await readTexts(), ['service started', 'payment failed', 'giving up'])
  t.is(source.status().copies, 0)
  addsUp(t, source.status())
})

test('the lines of a copy after the last matching mark are read', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await appendFile(join(dir, 'a.log'), 'a long line that only the original has\n')
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText([...history, 'own']))
  await truncate(join(dir, 'a.log'))
  t.deepEqual(await readTexts(), ['own'])
  t.is(source.status().bytes.copied, toText(history).length)
  addsUp(t, source.status())
})

test('a file that was truncated itself is not a copy', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await writeFile(join(dir, 'b.log'), 'something else\n')
  await readTexts()
  await truncate(join(dir, 'a.log'))
  await truncate(join(dir, 'b.log'))
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(history))
  t.deepEqual(await readTexts(), history)
})

test('a copy whose original was found truncated by an earlier run continues at the position of the original', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const [original, copy] = [join(dir, 'a.log'), join(dir, 'a.log.1')]
  const first = follow(t, dir, { state })
  await writeFile(original, toText(history))
  await first.readTexts()
  await appendFile(original, 'unread\n')
  await copyFile(original, copy)
  await writeFile(original, 'next\n')
  const heal = fail(t, ['open', copy], 'EACCES')
  t.deepEqual(await first.readTexts(), ['next'])
  await first.source.close()
  heal()
  const { readTexts, source } = follow(t, dir, { state })
  t.deepEqual(await readTexts(), ['unread'])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

for (const isSeenBefore of [false, true]) {
  const when = isSeenBefore ? 'after a look at its copy' : 'before any look at its copy'
  test(`a file that is truncated ${when} while its batch waits for another is sent again out of the copy`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const [other, path] = [join(dir, 'a.log'), join(dir, 'b.log')]
    await writeFile(other, 'other\n')
    await writeFile(path, toText(history))
    const first = follow(t, dir, { state })
    const sent = (await first.look()).flatMap(toLines)
    await first.source.close()
    const heal = fail(t, ['open', other], 'EACCES')
    const { look, source } = follow(t, dir, { state })
    t.deepEqual(await look(), [])
    await copyFile(path, join(dir, 'b.log.1'))
    if (isSeenBefore) t.deepEqual(await look(), [])
    await truncate(path)
    t.deepEqual(await look(), [])
    heal()
    t.deepEqual((await look()).flatMap(toLines), sent)
    addsUp(t, source.status())
  })
}

for (const period of [20, 150, 700, 3000]) {
  for (const looks of [1, 2]) {
    test(`a log that repeats the same ${period} bytes is not the copy of another that did so, read in ${looks} turns`, async t => {
      const dir = await makeTempDir(t)
      const { readTexts } = follow(t, dir)
      const [path, other] = [join(dir, 'a.log'), join(dir, 'b.log')]
      const lines = Array.from({ length: period / 10 }, (_, i) => `beat ${String(i).padStart(4, '0')}`)
      const repeat = (times: number) => Array.from({ length: times }, () => lines).flat()
      const times = Math.ceil(6000 / period)
      for (let i = 0; i < looks; i++) {
        await appendFile(path, toText(repeat(times)))
        await readTexts()
      }
      await writeFile(other, toText(repeat(times + 1)))
      await truncate(path)
      t.deepEqual([...(await readTexts()), ...(await readTexts())], repeat(times + 1))
    })
  }
}

test('each copy of several logs with one head, which are copy-truncated at once, continues at the position of its own original', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const [long, short] = [join(dir, 'z.log'), join(dir, 'a.log')]
  for (const path of [long, short]) {
    await writeFile(path, toText(history))
    await readTexts()
  }
  await appendFile(long, toText(history.map(line => `long ${line}`)))
  await appendFile(short, 'short\n')
  await readTexts()
  for (const path of [long, short]) await copyFile(path, `${path}.1`)
  for (const path of [long, short]) await truncate(path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
  t.is(source.status().copies, 2)
  addsUp(t, source.status())
})

test('unread bytes of an original that its copy lacks are an error in the log', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, logLines } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await copyFile(path, `${path}.1`)
  await appendFile(path, 'after the copy\n')
  await source.poll()
  await truncate(path)
  await readTexts()
  t.is(source.status().bytes.lost.truncated, 'after the copy\n'.length)
  t.like(
    logLines.find(({ level }) => level === 'error'),
    { fields: { path, lostBytes: 'after the copy\n'.length } },
  )
})
