import test from 'ava'
import { appendFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { fail, hookReads } from '../../../helpers/files/file-hooks.ts'
import { follow, history, takeReady, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a file that was created after the truncation is not a copy', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await truncate(join(dir, 'a.log'))
  await readTexts()
  await setTimeout(20)
  await writeFile(join(dir, 'b.log'), toText(history))
  t.deepEqual(await readTexts(), history)
})

test('a file that was created at once after the truncation was seen is not a copy', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await truncate(join(dir, 'a.log'))
  await setTimeout(20)
  await readTexts()
  await writeFile(join(dir, 'b.log'), toText(history))
  t.deepEqual(await readTexts(), history)
})

test('a file that was created between the truncation and the look that sees it is not a copy', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), toText(history))
  await readTexts()
  await truncate(join(dir, 'a.log'))
  await setTimeout(20)
  await writeFile(join(dir, 'b.log'), toText(history))
  await setTimeout(20)
  t.deepEqual(await readTexts(), history)
})

test('a file that was created after a truncation which the read behind a look finds is not a copy', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { failWith } = hookReads(t, path)
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, toText(history))
  await readTexts()
  failWith('EIO')
  await writeFile(path, toText(['another', ...history]))
  t.deepEqual(await readTexts(), [])
  failWith(undefined)
  await source.poll()
  await writeFile(join(dir, 'b.log'), toText(history))
  await setTimeout(20) // more than a step of the file system's clock
  const heal = fail(t, ['open', join(dir, 'b.log')], 'EMFILE')
  t.deepEqual((await takeReady(source)).flatMap(toLines).length, history.length + 1)
  heal()
  t.deepEqual(await readTexts(), history)
  addsUp(t, source.status())
})

test('a file that is made after an earlier run found another one truncated is not a copy of that', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history))
  await first.readTexts()
  await appendFile(path, 'its own\n')
  await first.readTexts()
  await writeFile(path, 'next\n')
  t.deepEqual([...(await first.readTexts()), ...(await first.readTexts())], ['next'])
  await first.source.close()
  await setTimeout(20) // more than a step of the file system's clock
  const { readTexts, source } = follow(t, dir, { state })
  await source.poll()
  await writeFile(join(dir, 'b.log'), toText([...history, 'another']))
  await writeFile(join(dir, 'c.log'), toText([...history, 'its own', 'another']))
  t.deepEqual((await readTexts()).toSorted(), [...history, 'another', ...history, 'its own', 'another'].toSorted())
  addsUp(t, source.status())
})
