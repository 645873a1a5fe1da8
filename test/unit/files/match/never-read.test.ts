import test from 'ava'
import { appendFile, copyFile, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { addsUp, follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

for (const pattern of ['app.log', '*']) {
  test(`a file matched by ${pattern} that is truncated again before any of its lines were read is read in its copies`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'app.log')
    const { source, readTexts, pass } = follow(t, dir, { groups: [{ paths: [join(dir, pattern)] }] })
    await writeFile(path, toText(history))
    await readTexts()
    await appendFile(path, 'two\n')
    await source.poll()
    for (const text of ['three\n', 'four\n']) {
      await rename(`${path}.1`, `${path}.2`).catch(() => {}) // there is none at first
      await copyFile(path, `${path}.1`)
      await truncate(path)
      await source.poll()
      await appendFile(path, text)
      await source.poll()
    }
    const texts = await readTexts()
    pass(15_000)
    texts.push(...(await readTexts()))
    t.deepEqual(texts.toSorted(), ['four', 'three', 'two'])
    t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
    addsUp(t, source.status())
  })
}

test('a file that was there before, or has another name, is not the copy of a file that was never read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const { source, readTexts, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(`${path}.1`, 'an older one\n')
  await setTimeout(20) // births and changes are told apart by the steps of the file system's clock
  await writeFile(path, 'unread\n')
  await source.poll()
  await setTimeout(20)
  await writeFile(join(dir, 'app.logger'), 'another one\n')
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  pass(10_000)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.lost.truncated, 'unread\n'.length)
  addsUp(t, source.status())
})
