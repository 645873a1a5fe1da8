import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { holdChangeTime } from '../../../helpers/files/file-hooks.ts'
import { appendFixedLines, LINE_BYTES, makeFixedLines } from '../../../helpers/files/fixed-lines.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** Of the bytes that were read last. */
const KEPT_BYTES = 1024 * 1024

test('a copy that lacks the last lines is skipped as a whole, once those are acked', async t => {
  const dir = await makeTempDir(t)
  const { look, ackAll, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  const texts = (await look()).flatMap(toLines).map(line => line.text)
  await appendFile(path, toText(['in the copy', 'and not in the copy']))
  texts.push(...(await look()).flatMap(toLines).map(line => line.text))
  await writeFile(`${path}.1`, toText([...history, 'in the copy']))
  await truncate(path)
  for (let i = 0; i < 3; i++) t.deepEqual(await look(), [])
  ackAll()
  t.deepEqual(await look(), [])
  t.deepEqual(texts, [...history, 'in the copy', 'and not in the copy'])
  t.is(source.status().copiesByReason['earlier copy'].files, 1)
  t.is(source.status().bytes.copied, toText([...history, 'in the copy']).length)
  addsUp(t, source.status())
})

test('of a copy that lacks the last 40 reads only the lines behind its newest mark come twice', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  for (let count = 0; count < 100_000; count += 1000) {
    await appendFixedLines(path, count, count + 1000)
    await readTexts()
  }
  await writeFile(`${path}.1`, makeFixedLines(0, 60_000))
  await truncate(path)
  const twice = await readTexts()
  t.true(twice.length > 0 && twice.length < 60_000, `${twice.length} lines came twice`)
  t.deepEqual(source.status().copiesByReason['earlier copy'], { files: 1, bytes: (60_000 - twice.length) * LINE_BYTES })
  addsUp(t, source.status())
})

for (const lacking of [1, 100, 513, 8191, 8192, 17_000]) {
  const isKept = lacking * LINE_BYTES <= KEPT_BYTES
  const outcome = isKept ? 'no line comes twice' : 'the lines behind its newest mark come twice'
  test(`of a copy that lacks the last ${lacking * LINE_BYTES} bytes that were read, ${outcome}`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir)
    const path = join(dir, 'a.log')
    await appendFixedLines(path, 0, 50_000)
    await readTexts()
    await appendFixedLines(path, 50_000, 60_000)
    await readTexts()
    await writeFile(`${path}.1`, makeFixedLines(0, 60_000 - lacking))
    await truncate(path)
    const twice = await readTexts()
    const copied = (60_000 - lacking - twice.length) * LINE_BYTES
    t.is(twice.length > 0, !isKept)
    t.deepEqual(source.status().copiesByReason['earlier copy'], { files: 1, bytes: copied })
    addsUp(t, source.status())
  })
}

for (const [lines, given] of [
  [[], ''],
  [['late'], ', which has lines that no look saw'],
] as const)
  test(`a copy is recognised if the truncation of its original is seen before that has another time of change${given}`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source } = follow(t, dir)
    const path = join(dir, 'a.log')
    const hold = holdChangeTime(t, path)
    const long = Array.from({ length: 20_000 }, (_, i) => `line ${i}`)
    await writeFile(path, toText(long))
    t.deepEqual(await readTexts(), long)
    t.deepEqual(await readTexts(), [])
    await appendFile(path, toText(lines))
    await setTimeout(20)
    await copyFile(path, join(dir, 'a.log.1'))
    await setTimeout(20) // a long copy
    await hold()
    await truncate(path)
    t.deepEqual([...(await readTexts()), ...(await readTexts())], lines)
    t.is(source.status().copiesByReason.copy.files, 1)
    addsUp(t, source.status())
  })
