import { setTimeout } from 'node:timers/promises'
import test from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { hookReads } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** More than a step of the file system's clock. */
const CLOCK_STEP_MS = 20

const NOTHING = { truncated: 0, deleted: 0, unreadable: 0 }

for (const hasCopy of [true, false]) {
  test(`nothing counts as lost if a file is truncated ${hasCopy ? 'after a copy ' : ''}and longer again at the next look`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source, pass } = follow(t, dir)
    const path = join(dir, 'a.log')
    await writeFile(path, toText(history))
    await readTexts()
    if (hasCopy) await copyFile(path, `${path}.1`)
    await truncate(path)
    const fresh = [...history.map(line => `new ${line}`), 'one more']
    await appendFile(path, toText(fresh))
    t.deepEqual([...(await readTexts()), ...(await readTexts())], fresh)
    pass(20_000)
    await readTexts()
    t.deepEqual(source.status().bytes.lost, NOTHING)
    addsUp(t, source.status())
  })
}

test('NULs that take the place of the bytes of a truncated file are not lost', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, pass } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await truncate(path)
  await truncate(path, 8192)
  for (let i = 0; i < 3; i++) {
    t.deepEqual(await readTexts(), [])
    pass(20_000)
  }
  t.deepEqual(source.status().bytes.lost, NOTHING)
  addsUp(t, source.status())
})

test('bytes that were seen behind those that were read, and not read before a truncation, are lost', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source, pass } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'seen, not read\n')
  await source.poll()
  await truncate(path)
  await appendFile(path, toText(history.map(line => `new ${line}`)))
  await readTexts()
  pass(20_000)
  await readTexts()
  t.deepEqual(source.status().bytes.lost, { ...NOTHING, truncated: 15 })
  addsUp(t, source.status())
})

test('growth of a file that cannot be read counts as seen', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { failWith } = hookReads(t, path)
  const { readTexts, source } = follow(t, dir)
  await writeFile(path, 'one\n')
  await readTexts()
  failWith('EIO')
  await appendFile(path, 'two\n')
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.unread, 4)
  failWith(undefined)
  t.deepEqual(await readTexts(), ['two'])
  addsUp(t, source.status())
})

test('a file is read although it equals what a shortened one once was', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(dir, 'a.log')
  const first = follow(t, dir, { state, limits: { batchLines: 1 } })
  await writeFile(path, toText(history))
  await first.look()
  await first.source.close()
  await writeFile(path, toText(history.slice(0, 3)))
  const { readTexts, pass } = follow(t, dir, { state, limits: { batchLines: 1 } })
  await readTexts()
  await writeFile(join(dir, 'c.log'), toText(history))
  const texts: string[] = []
  for (let i = 0; i < 3; i++) {
    texts.push(...(await readTexts()))
    pass(30_000)
  }
  t.deepEqual(texts, history)
})

for (const closed of ['', ' and was closed'])
  test(`a log that is rewritten with as many bytes${closed} is seen as another one at the next look`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path], deadTimeMs: 1000 }] })
    await writeFile(path, toText([...history, 'one']))
    t.deepEqual(await readTexts(), [...history, 'one'])
    if (closed !== '') pass(1000)
    await source.poll()
    await setTimeout(CLOCK_STEP_MS)
    await writeFile(path, toText([...history, 'two']))
    await source.poll()
    await copyFile(path, `${path}.1`)
    await truncate(path)
    t.deepEqual(await readTexts(), [...history, 'two'])
    t.is(countLost(source.status()), 0)
    addsUp(t, source.status())
  })
