import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { holdChangeTime } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

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

test('a copy is recognised if the truncation of its original is seen before that has another time of change', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  holdChangeTime(t, path)
  await writeFile(path, toText(history))
  t.deepEqual(await readTexts(), history)
  t.deepEqual(await readTexts(), [])
  await setTimeout(20)
  await copyFile(path, join(dir, 'a.log.1'))
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().copiesByReason.copy.files, 1)
  addsUp(t, source.status())
})
