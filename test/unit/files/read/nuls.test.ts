import test, { type ExecutionContext } from 'ava'
import { closeSync, openSync, statSync, truncateSync, writeSync } from 'node:fs'
import { appendFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LINE_UNTERMINATED } from '../../../../src/flow/line-batch.ts'
import { afterReads } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const MIB = 1024 * 1024
/** Longer than a chunk, than the longest line and than one search. */
const HOLE_BYTES = 66 * MIB

/** Writes at a position, as a program does that keeps its own; what lies before is a hole. */
async function writeAt(path: string, position: number, text: string): Promise<void> {
  const file = await open(path, 'r+')
  await file.write(text, position)
  await file.close()
}

async function makeScene(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  return { dir, path: join(dir, 'a.log') }
}

const offsetOf = (line: { readonly id: string } | undefined) => Number(line?.id.replace(/^.*-/, ''))

for (const hole of [1, 300, 5000, 300_000, HOLE_BYTES]) {
  test(`a hole of ${hole} bytes at the head of a file is skipped and counted, and the first line is just its writer's`, async t => {
    const { dir, path } = await makeScene(t)
    const { readLines, source } = follow(t, dir)
    await writeFile(path, '')
    await writeAt(path, hole, 'one\ntwo\n')
    const lines = await readLines()
    t.deepEqual(
      lines.map(({ text, flags }) => [text, flags]),
      [
        ['one', 0],
        ['two', 0],
      ],
    )
    t.is(offsetOf(lines[0]), hole)
    t.is(source.status().bytes.outsideLines, hole)
    t.is(source.status().files[0]!.offset, hole + 8)
    addsUp(t, source.status())
  })
}

test('a log that is copied and truncated under a writer that keeps its position is read once, round after round', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts, source } = follow(t, dir, { limits: { copyWaitMs: 0 } })
  await writeFile(path, toText(history))
  let position = toText(history).length
  const read = await readTexts()
  for (const round of ['first', 'second', 'third']) {
    await truncate(path)
    await writeAt(path, position, `${round}\n`)
    position += round.length + 1
    read.push(...(await readTexts()), ...(await readTexts()))
  }
  t.deepEqual(read, [...history, 'first', 'second', 'third'])
  addsUp(t, source.status())
})

test('the copy of a log that begins with a hole is recognised', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, '')
  await writeAt(path, 100_000, toText(history))
  t.deepEqual(await readTexts(), history)
  await writeFile(join(dir, 'a.log.1'), await readAll(path))
  await truncate(path)
  await writeAt(path, 200_000, 'next\n')
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['next'])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

async function readAll(path: string): Promise<Buffer> {
  const file = await open(path, 'r')
  try {
    return await file.readFile()
  } finally {
    await file.close()
  }
}

test('a hole that grows before its first line comes is one hole', async t => {
  const { dir, path } = await makeScene(t)
  const { readLines, source } = follow(t, dir)
  await writeFile(path, '')
  await writeAt(path, 1000, 'half')
  t.deepEqual(await readLines(), [])
  await truncate(path)
  await writeAt(path, 3000, 'whole\n')
  const [line] = await readLines()
  t.is(line?.text, 'whole')
  t.is(line?.flags, 0)
  t.is(offsetOf(line), 3000)
  addsUp(t, source.status())
})

for (const end of ['restart', 'kill'] as const) {
  for (const isAcked of [true, false]) {
    test(`after a ${end}, lines behind a hole that were ${isAcked ? '' : 'not '}acked come ${isAcked ? 'no more' : 'with the same ids'}`, async t => {
      const { dir, path } = await makeScene(t)
      const state = new MemoryState()
      const first = follow(t, dir, { state, limits: { batchLines: 1 } })
      await writeFile(path, '')
      await writeAt(path, 5000, 'one\ntwo\nthr')
      const before = (await first.look()).flatMap(toLines)
      if (isAcked) first.ackAll()
      await first.source.close()
      await appendFile(path, 'ee\n')
      const next = follow(t, dir, { state: end === 'kill' && !isAcked ? state.afterKill() : state.copy() })
      const after = await next.readLines()
      t.deepEqual(
        after.map(({ text, flags }) => [text, flags]),
        (isAcked ? ['three'] : ['one', 'two', 'three']).map(text => [text, 0]),
      )
      if (!isAcked) t.deepEqual(after.slice(0, 2), before)
      t.is(offsetOf(after.at(-1)), 5008)
      addsUp(t, next.source.status())
    })
  }
}

test('a closed file whose hole was skipped continues with its first line', async t => {
  const { dir, path } = await makeScene(t)
  const { readLines, pass } = follow(t, dir, { groups: [{ deadTimeMs: 1000 }] })
  await writeFile(path, '')
  await writeAt(path, 5000, 'o')
  t.deepEqual(await readLines(), [])
  pass(2000)
  await readLines()
  await appendFile(path, 'ne\n')
  const [line] = await readLines()
  t.deepEqual([line?.text, line?.flags], ['one', 0])
})

for (const region of [4096, 300_000, 4 * MIB, HOLE_BYTES]) {
  test(`lines that are written over ${region} NULs at the end of a file come once, and cutting off the rest loses nothing`, async t => {
    const { dir, path } = await makeScene(t)
    const { readTexts, source, logLines } = follow(t, dir, { groups: [{ maxLineBytes: 64 * 1024 }] })
    await writeFile(path, '')
    await truncate(path, region)
    t.deepEqual(await readTexts(), [])
    t.is(source.status().bytes.unread, 0)
    await writeAt(path, 0, 'one\ntw')
    t.deepEqual(await readTexts(), ['one'])
    await writeAt(path, 6, 'o\nthree\n')
    t.deepEqual(await readTexts(), ['two', 'three'])
    t.is(source.status().bytes.outsideLines, region - 14)
    t.is(source.status().files[0]!.behind, 0)
    addsUp(t, source.status())
    await writeAt(path, 14, 'four\n')
    await truncate(path, 19)
    t.deepEqual(await readTexts(), ['four'])
    const { bytes, truncations } = source.status()
    t.deepEqual([bytes.lost.truncated, bytes.outsideLines, truncations], [0, region - 19, 0])
    t.false(logLines.some(({ level }) => level === 'error'))
    addsUp(t, source.status())
  })
}

test('text that was cut off with the NULs behind it is lost, and the NULs are not', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, 'one\nhalf')
  await truncate(path, 5000)
  t.deepEqual(await readTexts(), ['one'])
  await truncate(path, 4)
  await readTexts()
  const { lost, outsideLines } = source.status().bytes
  t.deepEqual([lost.truncated, outsideLines], [4, 4992])
  addsUp(t, source.status())
})

test('lines that are written over NULs are found even if nothing else about the file changes', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts } = follow(t, dir)
  await writeFile(path, 'one\n')
  await truncate(path, MIB)
  t.deepEqual(await readTexts(), ['one'])
  await writeAt(path, 4, 'two\n')
  await readTexts()
  t.deepEqual(await readTexts(), [])
})

test('NULs between lines are text, whether the lines behind them come before or after a look', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts } = follow(t, dir)
  await writeFile(path, 'one\n\0\0')
  t.deepEqual(await readTexts(), ['one'])
  await appendFile(path, '\0two\n\0')
  t.deepEqual(await readTexts(), ['\0\0\0two'])
  await appendFile(path, '\n')
  t.deepEqual(await readTexts(), ['\0'])
})

test('a deleted file that ends with NULs is given up, and its last line comes without them', async t => {
  const { dir, path } = await makeScene(t)
  const { readLines, source, pass } = follow(t, dir)
  await writeFile(path, 'one\nhalf')
  await truncate(path, 3 * MIB)
  t.is((await readLines()).length, 1)
  await rm(path)
  await readLines()
  pass(6000)
  const lines = [...(await readLines()), ...(await readLines())]
  t.deepEqual(
    lines.map(({ text, flags }) => [text, flags]),
    [['half', LINE_UNTERMINATED]],
  )
  pass(6000)
  await readLines()
  t.is(source.status().openFiles, 0)
  t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  t.is(source.status().bytes.outsideLines, 3 * MIB - 8)
  addsUp(t, source.status())
})

test('a file that ends with NULs and was renamed out of all patterns is closed', async t => {
  const { dir, path } = await makeScene(t)
  const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, 'one\n')
  await truncate(path, MIB)
  await readTexts()
  await rename(path, join(dir, 'away'))
  await readTexts()
  pass(61_000)
  await readTexts()
  await readTexts()
  t.is(source.status().openFiles, 0)
  addsUp(t, source.status())
})

test('a restart in the middle of NULs loses and repeats nothing', async t => {
  const { dir, path } = await makeScene(t)
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, 'one\nha')
  await truncate(path, 2 * MIB)
  t.deepEqual(await first.readTexts(), ['one'])
  await first.source.close()
  await writeAt(path, 6, 'lf\nthree\n')
  const next = follow(t, dir, { state: state.copy() })
  t.deepEqual(await next.readTexts(), ['half', 'three'])
  addsUp(t, next.source.status())
})

test('a file that is to be followed from its end is followed from the end of its text', async t => {
  const { dir, path } = await makeScene(t)
  await writeFile(path, 'one\n')
  await truncate(path, MIB)
  const { readTexts, source } = follow(t, dir, { groups: [{ startPosition: 'end' }] })
  t.deepEqual(await readTexts(), [])
  await writeAt(path, 4, 'two\n')
  t.deepEqual(await readTexts(), ['two'])
  t.is(source.status().bytes.skipped, 4)
  addsUp(t, source.status())
})

test('no NUL becomes text if a file is truncated under a writer that keeps its position, between two parts of a read', async t => {
  const { dir, path } = await makeScene(t)
  let truncateOnce: (() => void) | undefined
  afterReads(t, path, () => {
    truncateOnce?.()
    truncateOnce = undefined
  })
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'before\n')
  await source.poll()
  const { size } = statSync(path)
  truncateOnce = () => {
    truncateSync(path)
    const file = openSync(path, 'r+')
    writeSync(file, 'behind\n', size + 300)
    closeSync(file)
  }
  const texts = await readTexts()
  t.deepEqual([...texts, ...(await readTexts()), ...(await readTexts())], ['before', 'behind'])
  t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  addsUp(t, source.status())
})
