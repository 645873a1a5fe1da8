import test from 'ava'
import { appendFile, mkdir, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { afterReads, countBytesRead, fail } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

// Files whose bytes were written over, or that were replaced, where it cannot be known which of their lines are new.

const closing = '</log>\n'

async function writeAt(path: string, start: number, text: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(text, start)
  await file.close()
}

test('a line that is written through a memory map from its end comes with NULs, and then its file comes whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, `${toText(['one'])}${'\0'.repeat(4096)}`)
  t.deepEqual(await readTexts(), ['one'])
  await writeAt(path, 8, 'end\n') // the second half of a line
  t.deepEqual(await readTexts(), ['\0\0\0\0end'])
  await writeAt(path, 4, 'the ')
  t.deepEqual(await readTexts(), ['one', 'the end'])
  t.is(countLost(source.status()), 0)
  addsUp(t, source.status())
})

const period = Array.from({ length: 300 }, () => 'the same line')
const last = ['one more', 'and the last one']
const again: Readonly<Record<string, { readonly acked: readonly string[]; readonly sent?: readonly string[] }>> = {
  'all that was read': { acked: history },
  'what was sent without an ack': { acked: history, sent: last },
  'bytes that repeat a pattern': { acked: period },
}

for (const [bytes, { acked, sent = [] }] of Object.entries(again))
  test(`a log that is rewritten with ${bytes} while the agent is stopped is continued behind them`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const first = follow(t, dir, { state })
    await writeFile(path, toText(acked))
    await first.readTexts()
    await appendFile(path, toText(sent))
    await first.look()
    await first.source.close()
    await writeFile(path, toText([...acked, ...sent, 'new']))
    const { readTexts, source } = follow(t, dir, { state })
    t.deepEqual(await readTexts(), [...sent, 'new'])
    t.is(source.status().truncations, 0)
    addsUp(t, source.status())
  })

test('a log that was truncated while lines of it had no ack is sent once, also after the next restart', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const others = history.map(line => `other ${line}`)
  const run = async () => {
    const { readTexts, source } = follow(t, dir, { state })
    const texts = [...(await readTexts()), ...(await readTexts()), ...(await readTexts())]
    addsUp(t, source.status())
    await source.close()
    return texts
  }
  await writeFile(path, toText(history))
  const first = follow(t, dir, { state })
  await first.look()
  await first.source.close()
  await truncate(path)
  t.deepEqual(await run(), [])
  await writeFile(path, toText(others))
  t.deepEqual(await run(), others)
  await appendFile(path, 'more\n')
  t.deepEqual(await run(), ['more'])
})

test('a log that was truncated while lines of it had no ack is another one from the next start on, also under another name', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  const first = start()
  await first.look()
  await first.source.close()
  await truncate(path)
  const second = start()
  for (let i = 0; i < 3; i++) t.deepEqual(await second.readTexts(), [])
  await second.source.close()
  const third = start()
  await third.source.poll()
  await appendFile(path, 'seen\n')
  await third.source.poll()
  await third.source.close()
  await mkdir(join(dir, 'old'))
  await rename(path, join(dir, 'old/a.log'))
  const { readTexts, source } = start()
  t.deepEqual(await readTexts(), ['seen'])
  addsUp(t, source.status())
})

test('of a log that lost its end in a power failure, the lines between its newest mark and its new end come twice', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  for (const lines of [history, last]) {
    await appendFile(path, toText(lines))
    t.deepEqual(await first.readTexts(), lines)
  }
  await first.source.close()
  await truncate(path, toText([...history, last[0]!]).length)
  const { readTexts, source } = follow(t, dir, { state })
  t.deepEqual(await readTexts(), [last[0]!])
  addsUp(t, source.status())
})

test('lines have other ids where a file was shortened that could not be looked at for a minute', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { look, pass, readLines, ackAll, source } = follow(t, dir)
  await writeFile(path, toText(history))
  const first = await readLines()
  await appendFile(path, toText(['was cut off']))
  const before = [...first, ...(await look()).flatMap(toLines)]
  const heal = fail(t, ['stat', path], 'EMFILE')
  await look()
  pass(70_000)
  await look()
  ackAll()
  heal()
  await truncate(path, toText(history).length)
  t.deepEqual(await readLines(), [])
  await appendFile(path, toText(['came later']))
  const after = await readLines()
  t.deepEqual(
    after.map(({ text }) => text),
    ['came later'],
  )
  t.is(before.find(({ id }) => id === after[0]?.id)?.text, undefined)
  addsUp(t, source.status())
})

test('a closing line that was acked and is written over while the agent is stopped makes its file come whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history) + closing)
  await first.readTexts()
  await first.source.close()
  await writeAt(path, toText(history).length, `new\n${closing}`)
  const { readTexts, source } = follow(t, dir, { state })
  t.deepEqual(await readTexts(), [...history, 'new', '</log>'])
  t.is(source.status().truncations, 1)
  addsUp(t, source.status())
})

test('a file whose closing line is written over comes whole if more than 1 MiB before that was skipped', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const long = Array.from({ length: 100_000 }, (_, i) => `skipped ${i * i}`)
  await writeFile(path, toText(long))
  const { readTexts, source } = follow(t, dir, { groups: [{ startPosition: 'end' }] })
  t.deepEqual(await readTexts(), [])
  await appendFile(path, toText(history) + closing)
  t.deepEqual(await readTexts(), [...history, '</log>'])
  await writeAt(path, toText(long).length + toText(history).length, `new\n${closing}`)
  t.deepEqual(await readTexts(), [...long, ...history, 'new', '</log>'])
  addsUp(t, source.status())
})

test.serial('a file whose closing line is written over comes whole if it cannot be read in 2 s', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  let lateMs = 0
  const now = performance.now.bind(performance)
  performance.now = () => now() + lateMs
  t.teardown(() => void (performance.now = now))
  afterReads(t, path, () => (lateMs += 2001))
  const { readTexts, source } = follow(t, dir)
  const lines = Array.from({ length: 100_000 }, (_, i) => `line ${i * i}`)
  await writeFile(path, toText(lines) + closing)
  await readTexts()
  await writeAt(path, toText(lines).length, `new\n${closing}`)
  t.deepEqual(await readTexts(), [...lines, 'new', '</log>'])
  addsUp(t, source.status())
})

test('a closing line that is written over costs a read of the whole file', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts } = follow(t, dir)
  const text = toText(Array.from({ length: 100_000 }, (_, i) => `line ${i * i}`))
  const count = countBytesRead(t, path)
  await writeFile(path, text + closing)
  await readTexts()
  const before = count()
  await writeAt(path, text.length, `new\n${closing}`)
  t.deepEqual(await readTexts(), ['new', '</log>'])
  t.true(count() - before > text.length)
})

test('a log that is truncated, and has at once all but some of the last bytes that were read and the same last line, comes from the first change on', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, toText([...history, 'one', 'same']))
  await readTexts()
  await writeFile(path, toText([...history, 'two', 'new', 'same']))
  t.deepEqual(await readTexts(), ['two', 'new', 'same'])
  t.is(source.status().truncations, 0)
  addsUp(t, source.status())
})

test('all bytes that were seen of a file that was never read count as lost if NULs are cut off, although its lines arrive', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { source, readTexts, pass } = follow(t, dir)
  await writeFile(path, `${toText(history)}${'\0'.repeat(4096)}`)
  await source.poll()
  await truncate(path, toText(history).length)
  await source.poll()
  t.deepEqual(await readTexts(), history)
  pass(20_000)
  await readTexts()
  t.is(source.status().bytes.lost.truncated, toText(history).length + 4096)
  addsUp(t, source.status())
})

const repeated = Array.from({ length: 200 }, () => 'the same line')
const replaced: Readonly<
  Record<
    string,
    { readonly read?: readonly string[]; readonly unread?: readonly string[]; readonly now: readonly string[] }
  >
> = {
  'its bytes repeat themselves': { read: repeated, now: [...repeated, 'new'] },
  'little was read of the one before, and it lacks some of the rest': {
    read: ['little'],
    unread: history,
    now: ['little', ...history.slice(0, -1), 'new'],
  },
}

for (const [reason, { read = [], unread = [], now }] of Object.entries(replaced))
  test(`a file that is renamed over another one comes whole if ${reason}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
    await writeFile(path, toText(read))
    await readTexts()
    await appendFile(path, toText(unread))
    await source.poll()
    await writeFile(`${path}.new`, toText(now))
    await rename(`${path}.new`, path)
    const texts = [...(await readTexts()), ...(await readTexts())]
    t.deepEqual(texts.toSorted(), [...unread, ...now].toSorted())
    addsUp(t, source.status())
  })

test('a file that takes the name of another one that was closed and deleted comes whole', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path], deadTimeMs: 1000 }] })
  await writeFile(path, toText(history))
  await readTexts()
  pass(1000)
  await readTexts()
  t.is(source.status().openFiles, 0)
  await writeFile(`${path}.new`, toText([...history, 'new']))
  await rm(path)
  await readTexts()
  await rename(`${path}.new`, path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], [...history, 'new'])
  addsUp(t, source.status())
})
