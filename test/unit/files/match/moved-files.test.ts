import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

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

const alike = ['app-audit.log', 'app.log.conf', 'app2.log', 'app.log.1.gz', 'app.log.', 'application.log']
for (const name of alike) {
  test(`${name}, which no pattern matches, is not read as the copy of a truncated app.log because its first line is the same`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'app.log')
    const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
    await writeFile(join(dir, name), 'date,user\nnot asked for\n')
    await writeFile(path, 'date,user\n')
    await readTexts()
    await truncate(path)
    t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
    t.is(source.status().copies, 0)
  })
}

const rotated = [
  'app.log.1',
  'app.log.old',
  'app.log.bak',
  'app.log-20261128',
  'app.log.2026-11-28',
  'app.log-20261128T101530Z.2',
  'app.1.log',
  'app-2026-11-28.log',
  'app_20261128-10:15.log',
]
for (const name of rotated) {
  test(`the unread end of a truncated app.log of one line is read from ${name}, which no pattern matches`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'app.log')
    const { readTexts } = follow(t, dir, { groups: [{ paths: [path] }] })
    await writeFile(path, 'one\n')
    await readTexts()
    await appendFile(path, 'two\n')
    await copyFile(path, join(dir, name))
    await truncate(path)
    t.deepEqual(await readTexts(), ['two'])
  })
}

test('the unread end of a truncated file is read from a copy under any similar name by a kilobyte of evidence', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const { readTexts } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'two\n')
  await copyFile(path, join(dir, 'app-saved.log'))
  await truncate(path)
  t.deepEqual(await readTexts(), ['two'])
})
