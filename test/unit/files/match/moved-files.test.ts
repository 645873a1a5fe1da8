import test, { type ExecutionContext } from 'ava'
import { closeSync, openSync, renameSync } from 'node:fs'
import { appendFile, copyFile, mkdir, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
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

/** A log in a directory of more files than are looked at for nothing, which its group does not follow. */
async function followAmongMany(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  for (let i = 0; i <= 10_000; i++) closeSync(openSync(join(dir, String(i)), 'w'))
  await writeFile(path, toText(history))
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ paths: [path], deadTimeMs: 1000 }] })
  return { path, start, ...start() }
}

test('a file that was renamed out of all patterns in a directory of 10,001 others is sent again as it was', async t => {
  const { path, look, source, start } = await followAmongMany(t)
  await look()
  await source.close()
  await rename(path, `${path}-away`)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts()), ...(await next.readTexts())], history)
  t.is(next.source.status().bytes.unconfirmed, 0)
})

test('lines that were written to a file in a directory of 10,001 others, and renamed out of all patterns, while the agent was stopped arrive', async t => {
  const { path, readTexts, source, start } = await followAmongMany(t)
  await readTexts()
  await source.close()
  await appendFile(path, 'not seen yet\n')
  await rename(path, `${path}-away`)
  const next = start()
  t.deepEqual(await next.readTexts(), ['not seen yet'])
  addsUp(t, next.source.status())
})

test('unread lines of a file in a directory of 10,001 others are read in its copy, which no pattern matches', async t => {
  const { path, readTexts, source } = await followAmongMany(t)
  await readTexts()
  await appendFile(path, 'not read yet\n')
  await source.poll()
  await copyFile(path, `${path}-away`)
  await truncate(path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['not read yet'])
  addsUp(t, source.status())
})

test('the copy of a truncated file is found although it is renamed while it is opened', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'app.log')
  const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'not read yet\n')
  await copyFile(path, `${path}.1`)
  await truncate(path)
  let opened = 0
  before(t, ['open', `${path}.1`], () => {
    if (++opened === 2) renameSync(`${path}.1`, `${path}.2`)
  })
  const texts = await readTexts()
  pass(1000)
  t.deepEqual([...texts, ...(await readTexts())], ['not read yet'])
  t.is(opened, 2)
  t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  addsUp(t, source.status())
})

test('the unread bytes of a closed file are not lost while its new name in another directory cannot be looked at', async t => {
  const dir = await makeTempDir(t)
  const [one, other] = [join(dir, 'a.log'), join(dir, 'deep', 'c.log')]
  const others = history.map(line => `other ${line}`)
  await mkdir(join(dir, 'deep'))
  await writeFile(one, toText(history))
  await writeFile(other, toText(others))
  const { source, readTexts } = follow(t, dir, { groups: [{ paths: [one, other] }], limits: { maxOpenFiles: 1 } })
  await source.poll()
  await rename(one, join(dir, 'between'))
  await rename(other, one)
  await rename(join(dir, 'between'), other)
  const heal = fail(t, ['stat', one], 'EMFILE')
  const texts = await readTexts()
  heal()
  texts.push(...(await readTexts()), ...(await readTexts()))
  t.deepEqual(texts.toSorted(), [...history, ...others].toSorted())
  t.is(source.status().bytes.lost.deleted, 0)
  addsUp(t, source.status())
})
