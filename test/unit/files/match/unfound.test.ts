import test from 'ava'
import { appendFile, lstat, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { hideBirthTime, showOtherInode } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

// Bytes that no look can find, and files that are searched for in vain.

test('bytes that are written and removed between two looks leave no trace', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'never seen\n')
  await truncate(path, toText(history).length)
  await writeFile(join(dir, 'b.log'), 'never seen\n')
  await rm(join(dir, 'b.log'))
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.seen, toText(history).length)
  addsUp(t, source.status())
})

for (const [state, text] of [
  ['empty', ''],
  ['closed', 'one\n'],
] as const)
  test(`bytes of a file that was ${state} at the last look, and then filled and moved to another directory, leave no trace`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source, pass } = follow(t, dir, { groups: [{ deadTimeMs: 1000 }] })
    await writeFile(path, text)
    await readTexts()
    pass(1000)
    await readTexts()
    t.is(source.status().openFiles, 0)
    await appendFile(path, 'never seen\n')
    await rename(path, join(await makeTempDir(t), 'a.log'))
    t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
    t.is(source.status().bytes.seen, text.length)
    t.is(countLost(source.status()), 0)
    addsUp(t, source.status())
  })

for (const leave of ['deleted', 'moved to another directory'])
  test(`of files with unread bytes that are ${leave}, as many are read as may be open, and the bytes of the others count as lost`, async t => {
    const dir = await makeTempDir(t)
    const other = await makeTempDir(t)
    const { readTexts, source, pass } = follow(t, dir, { limits: { maxOpenFiles: 2 } })
    const names = ['a.log', 'b.log', 'c.log']
    for (const name of names) await writeFile(join(dir, name), `${name}\n`)
    await source.poll()
    t.is(source.status().openFiles, 2)
    for (const name of names)
      await (leave === 'deleted' ? rm(join(dir, name)) : rename(join(dir, name), join(other, name)))
    const texts: string[] = []
    for (let i = 0; i < 4; i++) {
      texts.push(...(await readTexts()))
      pass(86_400_000)
    }
    t.is(texts.length, 2)
    t.is(source.status().bytes.lost.deleted, 'a.log\n'.length)
    addsUp(t, source.status())
  })

for (const [bytes, text, expected] of [
  ['the bytes of the file before', 'one\ntwo\n', ['two']],
  ['other bytes', 'other\ntwo\n', ['other', 'two']],
] as const)
  test(`without birth times a file in a used inode is ${expected.length === 1 ? 'the same as before' : 'new'} if it begins with ${bytes}`, async t => {
    const dir = await makeTempDir(t)
    const [path, later] = [join(dir, 'a.log'), join(dir, 'b.log')]
    const state = new MemoryState()
    for (const one of [path, later]) hideBirthTime(t, one)
    const first = follow(t, dir, { state })
    await writeFile(path, 'one\n')
    t.deepEqual(await first.readTexts(), ['one'])
    await first.source.close()
    await writeFile(later, text)
    const [shown, used] = await Promise.all([later, path].map(one => lstat(one, { bigint: true })))
    t.teardown(showOtherInode(shown!.ino, used!.ino))
    await rm(path)
    const next = follow(t, dir, { state })
    t.deepEqual(await next.readTexts(), expected)
    addsUp(t, next.source.status())
  })

test('a file that was moved into a directory below the next one while the agent was stopped is one warning', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const options = { state: new MemoryState(), groups: [{ paths: [path] }] }
  const first = follow(t, dir, options)
  await writeFile(path, toText(history))
  await first.readTexts()
  await appendFile(path, 'unread\n')
  await first.source.poll()
  await first.source.close()
  await mkdir(join(dir, 'below', 'below'), { recursive: true })
  await rename(path, join(dir, 'below', 'below', 'a.log'))
  const { readTexts, source, logLines } = follow(t, dir, options)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
  const warnings = logLines.filter(({ message }) => message.startsWith('a file is not found that was'))
  t.deepEqual(
    warnings.map(({ level, fields }) => [level, fields.unreadBytes]),
    [['warn', 'unread\n'.length]],
  )
  t.is(source.status().notFound, 1)
})

test('a file that was found a moment before a kill, and is moved out of all patterns before the next start, is forgotten', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const groups = [{ paths: [path] }]
  const first = follow(t, dir, { state, groups })
  await writeFile(path, toText(history))
  await first.source.poll()
  const killed = state.afterKill()
  await first.source.close()
  await rename(path, `${path}-away`)
  const next = follow(t, dir, { state: killed, groups })
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], [])
  t.is(next.source.status().bytes.seen, 0)
  t.is(next.source.status().notFound, 0)
})
