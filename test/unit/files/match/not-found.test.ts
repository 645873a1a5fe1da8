import { appendFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
// First, since it has to change the functions of node:fs before they are imported.
import { fail } from '../../../helpers/files/file-hooks.ts'
import { DEFAULT_LIMITS } from '../../../../src/files/contract.ts'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { follow, type Followed } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const MESSAGE = /^a file is not found that was not read to its end/

function warnings({ logLines }: Followed) {
  return logLines.filter(({ level, message }) => level === 'warn' && MESSAGE.test(message)).map(({ fields }) => fields)
}

/** A run that read four bytes and saw seven more, which it did not read. */
async function leaveUnread(t: ExecutionContext, end: 'close' | 'kill') {
  const dir = await makeTempDir(t)
  const logs = join(dir, 'logs')
  await mkdir(logs)
  const path = join(logs, 'a.log')
  const state = new MemoryState()
  await writeFile(path, 'one\n')
  const first = follow(t, logs, { state })
  await first.readTexts()
  await appendFile(path, 'two\nsix')
  await first.source.poll()
  if (end === 'close') await first.source.close()
  await first.registry.flush()
  return { dir, logs, path, state: state.afterKill() }
}

for (const end of ['close', 'kill'] as const) {
  test(`a file with unread bytes that is not found after a ${end} is one warning, and counted`, async t => {
    const { dir, logs, path, state } = await leaveUnread(t, end)
    await mkdir(join(dir, 'old'))
    await rename(path, join(dir, 'old/a.log'))
    const next = follow(t, logs, { state })
    await next.source.poll()
    await next.source.poll()
    t.deepEqual(warnings(next), [{ path, offset: 4, unreadBytes: 7 }])
    t.is(next.source.status().notFound, 1)
  })
}

test('the size at the end of a run is on record, however often the file grew without an ack', async t => {
  const { logs, path, state } = await leaveUnread(t, 'close')
  const second = follow(t, logs, { state })
  await second.source.poll()
  await appendFile(path, 'seven\n')
  await second.source.poll()
  await second.source.close()
  await rm(path)
  const next = follow(t, logs, { state })
  await next.source.poll()
  t.deepEqual(warnings(next), [{ path, offset: 4, unreadBytes: 13 }])
})

for (const lose of [rm, truncate]) {
  test(`bytes that count as unconfirmed after a ${lose.name} do not count as lost in a later run`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    const state = new MemoryState()
    const first = follow(t, dir, { state })
    await writeFile(path, 'one\n')
    await first.readTexts()
    await appendFile(path, 'two\n')
    await first.look()
    await first.source.close()
    await lose(path)
    const second = follow(t, dir, { state })
    await second.look()
    await second.look()
    t.is(second.source.status().bytes.unconfirmed, 4)
    await second.source.close()
    const third = follow(t, dir, { state })
    await third.look()
    third.pass(DEFAULT_LIMITS.forgetMs + 1)
    await third.look()
    t.deepEqual(warnings(third), [])
    t.is(countLost(third.source.status()), 0)
    addsUp(t, third.source.status())
  })
}

test('bytes that were sent without an ack are reported as unconfirmed, and not as unread too', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  await writeFile(join(dir, 'a.log'), 'one\n')
  const first = follow(t, dir, { state })
  await first.look()
  await rm(join(dir, 'a.log'))
  const next = follow(t, dir, { state: state.afterKill() })
  await next.look()
  next.pass(DEFAULT_LIMITS.resendWaitMs)
  await next.look()
  next.pass(DEFAULT_LIMITS.forgetMs)
  await next.look()
  t.deepEqual(warnings(next), [])
  t.like(next.source.status(), { notFound: 0, bytes: { unconfirmed: 4, lost: { deleted: 0 } } })
  addsUp(t, next.source.status())
})

for (const isSeenToGo of [true, false]) {
  const outcome = isSeenToGo
    ? 'a debug line if it was gone already'
    : 'one warning, since it may have lines that came later'
  test(`a file that was read to its end and is not found at a start is ${outcome}`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const path = join(dir, 'a.log')
    await writeFile(path, 'one\n')
    const first = follow(t, dir, { state, groups: [{ deadTimeMs: 0 }] })
    await first.readTexts()
    await first.readTexts() // it is closed
    if (isSeenToGo) await rm(path)
    await first.readTexts()
    await first.source.close()
    await rm(path, { force: true })
    const next = follow(t, dir, { state })
    await next.source.poll()
    const told = next.logLines.filter(({ message }) => message.startsWith('a file is not found that was read'))
    const debug = next.logLines.filter(({ message }) => message === 'a file that was read to its end is not found')
    t.deepEqual(
      told.map(({ fields }) => fields),
      isSeenToGo ? [] : [{ path, offset: 4, unreadBytes: 0 }],
    )
    t.is(debug.length, isSeenToGo ? 1 : 0)
    t.is(next.source.status().notFound, isSeenToGo ? 0 : 1)
  })
}

test('a record without a size is reported with an unknown number of unread bytes, unless it is known to be read', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  for (const name of ['a.log', 'b.log']) await writeFile(join(dir, name), 'one\n')
  const first = follow(t, dir, { state })
  await first.readTexts()
  await first.source.close()
  for (const [key, { seenSize: _, ...record }] of state.files)
    state.files.set(key, { ...record, isGone: record.path.endsWith('b.log') })
  for (const name of ['a.log', 'b.log']) await rm(join(dir, name))
  const next = follow(t, dir, { state })
  await next.source.poll()
  t.deepEqual(warnings(next), [{ path: join(dir, 'a.log'), offset: 4, unreadBytes: 'unknown' }])
  t.is(next.source.status().notFound, 1)
})

test('a file that cannot be looked for is not reported before it can be', async t => {
  const { logs, path, state } = await leaveUnread(t, 'close')
  await rm(path)
  const next = follow(t, logs, { state })
  const end = fail(t, ['readdir', logs], 'EIO')
  await next.source.poll()
  t.deepEqual(warnings(next), [])
  end()
  await next.source.poll()
  t.is(warnings(next).length, 1)
})

test('a file that comes back is not counted any more, and its unread lines are read', async t => {
  const { dir, logs, path, state } = await leaveUnread(t, 'close')
  await rename(path, join(dir, 'away.log'))
  const next = follow(t, logs, { state })
  await next.source.poll()
  await rename(join(dir, 'away.log'), path)
  t.deepEqual(await next.readTexts(), ['two'])
  t.is(next.source.status().notFound, 0)
  addsUp(t, next.source.status())
})

test('a file that does not come back is given up after a day, and its unread bytes are counted as lost', async t => {
  const { logs, path, state } = await leaveUnread(t, 'close')
  await rm(path)
  const next = follow(t, logs, { state })
  await next.source.poll()
  next.pass(DEFAULT_LIMITS.forgetMs)
  await next.source.poll()
  t.like(next.source.status(), { notFound: 0, bytes: { lost: { deleted: 7 } } })
  addsUp(t, next.source.status())
  t.like([...state.finished.values()], [{ path, size: 4, outcome: 'deleted', lostBytes: 7 }])
})

for (const text of ['x', 'new', 'a longer text than before']) {
  test(`unread bytes of a file that was truncated and got ${text.length + 1} bytes between two runs are counted if no copy is found`, async t => {
    const { logs, path, state } = await leaveUnread(t, 'close')
    await truncate(path)
    await appendFile(path, `${text}\n`)
    const next = follow(t, logs, { state })
    t.deepEqual(await next.readTexts(), [text])
    next.pass(DEFAULT_LIMITS.copyWaitMs)
    await next.source.poll()
    t.is(next.source.status().bytes.lost.truncated, 7)
    addsUp(t, next.source.status())
  })
}

test('bytes that were cut off between two runs, which may have been NULs, are a warning with their number', async t => {
  const { logs, path, state } = await leaveUnread(t, 'close')
  await truncate(path, 8)
  const next = follow(t, logs, { state })
  t.deepEqual(await next.readTexts(), ['two'])
  const cut = next.logLines.filter(({ message }) => message === 'a file is shorter than when it was last seen')
  t.deepEqual(
    cut.map(({ fields }) => fields),
    [{ path, bytes: 3 }],
  )
  t.is(next.source.status().bytes.lost.truncated, 0)
  addsUp(t, next.source.status())
})
