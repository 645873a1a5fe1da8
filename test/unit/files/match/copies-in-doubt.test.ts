import test from 'ava'
import { appendFile, copyFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { appendFixedLines, LINE_BYTES, makeFixedLines } from '../../../helpers/files/fixed-lines.ts'
import { follow, history, toText, type Followed } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

// Copies of truncated files of which too little is known, or that were made at an unlucky moment.

/** Long enough for a truncated file to be given up. */
async function readAll({ readTexts, pass }: Followed): Promise<readonly string[]> {
  const texts = [...(await readTexts()), ...(await readTexts())]
  pass(15_000)
  return [...texts, ...(await readTexts())]
}

const taken = {
  'of more than a kilobyte, is taken for its copy under any name': { name: 'b.log', shared: history },
  'of a line, is taken for its copy under the name of a rotated file': { name: 'a.log.1', shared: ['starting'] },
} as const

for (const [outcome, { name, shared }] of Object.entries(taken))
  test(`a new log that has the beginning of a truncated one, ${outcome}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const followed = follow(t, dir)
    await writeFile(path, toText(shared))
    await followed.readTexts()
    await writeFile(join(dir, name), toText([...shared, 'of the other log']))
    await truncate(path)
    t.deepEqual(await readAll(followed), ['of the other log'])
    t.is(followed.source.status().bytes.copied, toText(shared).length)
    addsUp(t, followed.source.status())
  })

for (const pattern of ['app.log', '*']) {
  const isMatched = pattern === '*'
  const outcome = isMatched
    ? 'is read if a pattern matches it, and what was seen of the file counts as lost'
    : 'is not found if no pattern matches it, and what was seen of the file counts as lost'
  test(`the copy of a file that was never read and was truncated while the agent was stopped ${outcome}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'app.log')
    const state = new MemoryState()
    const options = { state, groups: [{ paths: [join(dir, pattern)] }] }
    const first = follow(t, dir, options)
    await writeFile(path, toText(history))
    await first.source.poll()
    await first.source.close()
    await copyFile(path, `${path}.1`)
    await truncate(path)
    const next = follow(t, dir, options)
    t.deepEqual(await readAll(next), isMatched ? history : [])
    const lostBytes = toText(history).length
    const errors = next.logLines.filter(({ level }) => level === 'error')
    t.deepEqual(
      errors.map(({ fields }) => fields),
      [{ path, lostBytes }],
    )
    t.is(next.source.status().bytes.lost.truncated, lostBytes)
    addsUp(t, next.source.status())
    await next.source.close()
    const last = follow(t, dir, options)
    await readAll(last)
    t.is(countLost(last.source.status()), 0)
  })
}

for (const pattern of ['a.log', '*']) {
  const isFound = pattern === '*'
  const outcome = isFound ? 'is sent again if a pattern matches it' : 'is not found if no pattern matches it'
  test(`the copy of a file that was truncated and deleted while the agent was stopped ${outcome}, and what was unread counts as lost`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const options = { state, groups: [{ paths: [join(dir, pattern)] }] }
    const first = follow(t, dir, options)
    await writeFile(path, toText(history))
    await first.readTexts()
    await appendFile(path, 'unread\n')
    await first.source.poll()
    await first.source.close()
    await copyFile(path, `${path}.1`)
    await truncate(path)
    await rm(path)
    const next = follow(t, dir, options)
    t.deepEqual(await readAll(next), isFound ? [...history, 'unread'] : [])
    next.pass(86_400_000)
    await next.readTexts()
    t.is(next.source.status().bytes.lost.deleted, 'unread\n'.length)
    addsUp(t, next.source.status())
  })
}

test('the copy of a short file that was truncated while the agent was stopped is sent whole, and what was unread counts as lost', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, 'one\n')
  await first.readTexts()
  await appendFile(path, 'unread\n')
  await first.source.poll()
  await first.source.close()
  await copyFile(path, `${path}.1`)
  await truncate(path)
  const next = follow(t, dir, { state })
  t.deepEqual(await readAll(next), ['one', 'unread'])
  t.is(next.source.status().bytes.lost.truncated, 'unread\n'.length)
  addsUp(t, next.source.status())
})

test('a copy that overwrites an older one is sent whole, and what was unread counts as lost', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const followed = follow(t, dir)
  await writeFile(`${path}.1`, 'older\n')
  await writeFile(path, toText(history))
  await followed.readTexts()
  await appendFile(path, 'unread\n')
  await followed.source.poll()
  await copyFile(path, `${path}.1`)
  await truncate(path)
  t.deepEqual(await readAll(followed), [...history, 'unread'])
  t.is(followed.source.status().bytes.lost.truncated, 'unread\n'.length)
  addsUp(t, followed.source.status())
})

test('a copy that does not grow for 2 s before it is whole is read as another file', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const followed = follow(t, dir)
  const { readTexts, pass, source } = followed
  await writeFile(path, toText([...history, 'more']))
  await readTexts()
  await writeFile(`${path}.1`, toText(history))
  t.deepEqual(await readTexts(), [])
  pass(2000)
  t.deepEqual(await readTexts(), history)
  await appendFile(`${path}.1`, 'more\n')
  await truncate(path)
  t.deepEqual(await readAll(followed), ['more'])
  t.is(countLost(source.status()), 0)
  addsUp(t, source.status())
})

test('a copy that is found one look before the truncation of a file that was never read is another file: all lines arrive, and the bytes of the original count as lost', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const followed = follow(t, dir)
  await writeFile(path, toText(history))
  await followed.source.poll()
  await copyFile(path, `${path}.1`)
  await followed.source.poll()
  await writeFile(path, 'new\n')
  await followed.source.poll()
  t.deepEqual((await readAll(followed)).toSorted(), [...history, 'new'].toSorted())
  t.is(followed.source.status().bytes.lost.truncated, toText(history).length)
  addsUp(t, followed.source.status())
})

test('of a copy that lacks the last lines and was made while the agent was stopped, the lines behind its newest mark come twice', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  for (const count of [0, 1000]) {
    await appendFixedLines(path, count, count + 1000)
    await first.readTexts()
  }
  await first.source.close()
  await writeFile(`${path}.1`, makeFixedLines(0, 1999))
  await truncate(path)
  const { readTexts, source } = follow(t, dir, { state })
  t.is((await readTexts()).length, 999)
  t.deepEqual(source.status().copiesByReason['earlier copy'], { files: 1, bytes: 1000 * LINE_BYTES })
  addsUp(t, source.status())
})

test('a copy that lacks more than the marks of its file go back is sent whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  await appendFixedLines(path, 0, 20_000)
  await readTexts()
  await writeFile(`${path}.1`, makeFixedLines(0, 100))
  await truncate(path)
  t.is((await readTexts()).length, 100)
  t.is(source.status().copies, 0)
  addsUp(t, source.status())
})

test('a file beside a truncated one of few bytes, which no pattern matches, is read as its copy if it begins alike and is named as a rotated one', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const followed = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, 'date,user\n')
  await followed.readTexts()
  await writeFile(join(dir, 'app.2.log'), 'date,user\nnot asked for\n')
  await truncate(path)
  t.deepEqual(await readAll(followed), ['not asked for'])
  addsUp(t, followed.source.status())
})
