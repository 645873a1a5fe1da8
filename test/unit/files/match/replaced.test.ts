import test from 'ava'
import { execFileSync } from 'node:child_process'
import { appendFileSync } from 'node:fs'
import { appendFile, copyFile, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before } from '../../../helpers/files/file-hooks.ts'
import { DEFAULT_LIMITS } from '../../../../src/files/contract.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a file that is replaced between two batches is read on behind the lines that both files have', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { source, registry, readTexts } = follow(t, dir, { groups: [{ paths: [path] }], limits: { batchLines: 10 } })
  await writeFile(path, toText(history))
  await readTexts()
  const more = Array.from({ length: 40_000 }, (_, i) => `more ${i} ${i * i}`)
  await appendFile(path, toText(more))
  await source.poll()
  const batch = await source.next(new AbortController().signal)
  await registry.journal(batch!)
  await source.commit(batch!)
  const kept = more.filter((_, i) => i !== 100)
  await writeFile(`${path}.new`, toText([...history, ...kept]))
  await rename(`${path}.new`, path)
  const texts = [...toLines(batch!).map(({ text }) => text), ...(await readTexts()), ...(await readTexts())]
  const arrived = new Set(texts)
  t.deepEqual(
    more.filter(text => !arrived.has(text)),
    [],
  )
  t.is(texts.filter(text => text === more[50]).length, 1)
  t.is(source.status().truncations, 0)
  addsUp(t, source.status())
})

test('bytes that come while a file is replaced are accounted for', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText(history))
  const writer = await open(path, 'a')
  await readTexts()
  await writeFile(`${path}.new`, toText([...history, 'both', 'new']))
  await rename(`${path}.new`, path)
  const end = before(t, ['open', path], () => {
    appendFileSync(writer.fd, 'both\n')
    end()
  })
  t.deepEqual([...(await readTexts()), ...(await readTexts())], ['both', 'new'])
  await writer.close()
  addsUp(t, source.status())
})

test('lines that an earlier run sent without an ack come with their ids, although their file is replaced before', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const groups = [{ paths: [path] }]
  const first = follow(t, dir, { state, groups })
  await writeFile(path, toText(history))
  await first.readTexts()
  await appendFile(path, 'sent\n')
  const [sent] = (await first.look()).flatMap(toLines)
  await first.source.close()
  await appendFile(path, 'unread\n')
  const next = follow(t, dir, { state: state.afterKill(), groups })
  await next.source.poll()
  execFileSync('sed', ['-i', '$ a new', path])
  const lines = [...(await next.readLines()), ...(await next.readLines())]
  t.true(lines.some(({ id }) => id === sent!.id))
  t.deepEqual(new Set(lines.map(({ text }) => text)), new Set(['sent', 'unread', 'new']))
  t.is(next.source.status().bytes.unconfirmed, 0)
  addsUp(t, next.source.status())
})

test('a file that was rewritten while the agent was stopped, and continues a deleted one, is continued by the next run', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const path = join(dir, 'a.log')
  const other = join(await makeTempDir(t), 'other')
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history))
  await writeFile(other, 'small\n')
  t.deepEqual(await first.readTexts(), history)
  await rm(path)
  t.deepEqual(await first.readTexts(), [])
  await rename(other, path)
  t.deepEqual(await first.readTexts(), ['small'])
  await first.source.close()
  await writeFile(path, toText([...history, 'more']))
  const second = follow(t, dir, { state })
  t.deepEqual(await second.readTexts(), ['more'])
  await second.source.close()
  const third = follow(t, dir, { state })
  t.deepEqual(await third.readTexts(), [])
  addsUp(t, third.source.status())
})

const saves = [0, 1, 2, 3].map(count => [...history, ...['added 0', 'added 1', 'added 2'].slice(0, count)])

test('each line arrives once of a file that is replaced, again and again, before any of it is read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { source, readTexts } = follow(t, dir, { groups: [{ paths: [path] }] })
  for (const lines of saves) {
    await writeFile(`${path}.new`, toText(lines))
    await rename(`${path}.new`, path)
    await source.poll()
  }
  t.deepEqual([...(await readTexts()), ...(await readTexts())], saves.at(-1)!)
  addsUp(t, source.status())
})

test('lines in flight alone come twice of a file that is replaced, again and again, before any of it is acked', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const groups = [{ paths: [path] }]
  const { source, readTexts, registry } = follow(t, dir, { groups, limits: { batchLines: 10 } })
  await writeFile(path, toText(saves[0]!))
  await source.poll()
  const batch = await source.next(new AbortController().signal)
  await registry.journal(batch!)
  for (const lines of saves.slice(1)) {
    await writeFile(`${path}.new`, toText(lines))
    await rename(`${path}.new`, path)
    await source.poll()
  }
  await source.commit(batch!)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], saves.at(-1)!)
  addsUp(t, source.status())
})

test('each line arrives of a file that is replaced before it is read by one that lacks its end', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { source, readTexts } = follow(t, dir, { groups: [{ paths: [path] }] })
  await writeFile(path, toText([...history, 'only here', 'and here']))
  await source.poll()
  await writeFile(`${path}.new`, toText([...history, 'only there']))
  await rename(`${path}.new`, path)
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(new Set(texts), new Set([...history, 'only here', 'and here', 'only there']))
  addsUp(t, source.status())
})

test('a log that is copied under the name of a rotated one and then removed is sent again', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { source, readTexts, pass } = follow(t, dir)
  await writeFile(path, toText(history))
  await readTexts()
  await copyFile(path, `${path}.1`)
  await rm(path)
  await source.poll()
  pass(3000)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], history)
  addsUp(t, source.status())
})

test('unread lines of a replaced file count as lost if the file that took its place, and has them, is truncated before it is read', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source, pass } = follow(t, dir)
  await writeFile(path, toText(history))
  await readTexts()
  await appendFile(path, 'unread\n')
  await source.poll()
  await writeFile(`${dir}/.new`, toText([...history, 'unread']))
  await rename(`${dir}/.new`, path)
  await source.poll()
  await truncate(path)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], [])
  pass(DEFAULT_LIMITS.copyWaitMs)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.lost.truncated, 'unread\n'.length)
  addsUp(t, source.status())
})
