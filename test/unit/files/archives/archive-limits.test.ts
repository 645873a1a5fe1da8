import { randomBytes } from 'node:crypto'
import { appendFile, open, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp, countLost } from '../../../helpers/files/byte-account.ts'
import { countBytesRead } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toText, type Followed, type FollowOptions } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

// Archives that are not recognised, or that are read where they should not be.

/** More than a step of the file system's clock. */
const CLOCK_STEP_MS = 20

async function prepare(t: ExecutionContext, options: FollowOptions = {}) {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, ...options })
  return { dir, path: join(dir, 'a.log'), state, start }
}

async function readAll({ readTexts, pass }: Followed): Promise<readonly string[]> {
  const texts: string[] = []
  for (let i = 0; i < 20; i++) {
    texts.push(...(await readTexts()))
    pass(1000)
  }
  return texts
}

test('the archive of a file that was never read and was truncated while the agent was stopped is not read', async t => {
  const { path, start } = await prepare(t)
  const first = start()
  await writeFile(path, toText(history))
  await first.source.poll()
  await first.source.close()
  await writeFile(`${path}.1.gz`, compress(toText(history), 'gzip'))
  await truncate(path)
  const next = start()
  t.deepEqual(await readAll(next), [])
  t.is(next.source.status().archivesLeftOut, 1)
  addsUp(t, next.source.status())
})

test('an archive is not read as that of a generation of which nothing was ever seen', async t => {
  const { path, start } = await prepare(t)
  const first = start()
  await writeFile(path, 'first\n')
  t.deepEqual(await first.readTexts(), ['first'])
  const handle = await open(path, 'r+')
  t.teardown(() => handle.close())
  await rm(path)
  await first.source.poll()
  await handle.truncate() // its next generation is empty, and has no name
  await first.source.poll()
  await first.source.close()
  await writeFile(`${path}.1.gz`, compress('never seen\n', 'gzip'))
  const next = start()
  t.deepEqual(await readAll(next), [])
  t.is(next.source.status().archivesLeftOut, 1)
  addsUp(t, next.source.status())
})

test('of a file of which little was read, the archive is the oldest one that begins alike and was made after it', async t => {
  const { path, start } = await prepare(t)
  const first = start()
  await writeFile(path, 'starting\n')
  await first.readTexts()
  await first.source.close()
  for (const name of ['of another', 'its own']) {
    await setTimeout(CLOCK_STEP_MS)
    await writeFile(`${path}.${name === 'its own' ? 1 : 2}.gz`, compress(`starting\n${name}\n`, 'gzip'))
  }
  await rm(path)
  const next = start()
  t.deepEqual(await readAll(next), ['of another'])
  addsUp(t, next.source.status())
})

test('unread bytes of a file of which little was read are lost if each archive that begins alike is known as that of another', async t => {
  const { path, start } = await prepare(t, { groups: [{ exclude: ['*.gz'] }] })
  const first = start()
  await writeFile(path, 'starting\nunread\n')
  await first.readTexts()
  await rm(path)
  await readAll(first) // its generation ends
  await writeFile(path, 'starting\n')
  t.deepEqual(await first.readTexts(), ['starting'])
  await appendFile(path, 'unread\n')
  await first.source.poll()
  await first.source.close()
  await writeFile(`${path}.1.gz`, compress(await readFile(path), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual(await readAll(next), [])
  next.pass(86_400_000)
  await readAll(next)
  t.is(next.source.status().bytes.lost.deleted, 'unread\n'.length)
  addsUp(t, next.source.status())
})

test('without a digest on record, the archive of an earlier generation is read if it has the same first and last bytes', async t => {
  const { path, state, start } = await prepare(t, { groups: [{ exclude: ['*.gz'] }] })
  const ends = history.map(line => `${line} at the end`)
  const first = start()
  await writeFile(path, toText([...history, 'its own', ...ends]))
  await first.readTexts()
  await first.source.close()
  for (const [key, record] of state.files) {
    const marks = record.marks.map(({ offset, length, hash }) => ({ offset, length, hash }))
    state.files.set(key, { ...record, marks })
  }
  await writeFile(`${path}.1.gz`, compress(toText([...history, 'another', ...ends, 'of another']), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual(await readAll(next), ['of another'])
  addsUp(t, next.source.status())
})

for (const [has, content, twice] of [
  ['no more than was read', history, []],
  ['less than was read', history.slice(0, -1), history.slice(0, -1)],
] as const)
  test(`bytes that were seen of a truncated file are lost after 10 s if its archive has ${has}`, async t => {
    const { path, start } = await prepare(t, { groups: [{ archives: true }] })
    const followed = start()
    await writeFile(path, toText(history))
    await followed.readTexts()
    await appendFile(path, 'seen\n')
    await followed.source.poll()
    await writeFile(`${path}.1.gz`, compress(toText(content), 'gzip'))
    await truncate(path)
    await followed.source.poll()
    t.is(countLost(followed.source.status()), 0)
    t.deepEqual(await readAll(followed), twice)
    t.is(followed.source.status().bytes.lost.truncated, 'seen\n'.length)
    addsUp(t, followed.source.status())
  })

test('a compressed copy of a followed file that has less than was read of it is read, after a while', async t => {
  const { path, start } = await prepare(t, { groups: [{ archives: true }] })
  const followed = start()
  await writeFile(path, toText(history))
  await followed.readTexts()
  await writeFile(`${path}.gz`, compress(toText(history.slice(0, -1)), 'gzip'))
  t.deepEqual(await readAll(followed), history.slice(0, -1))
  addsUp(t, followed.source.status())
})

for (const ending of ['bz2', 'xz', 'lz4'])
  test(`the bytes of a .${ending} are read as they are`, async t => {
    const { path, start } = await prepare(t, { groups: [{ archives: true }] })
    await writeFile(`${path}.${ending}`, 'any bytes\n')
    const followed = start()
    t.deepEqual(await readAll(followed), ['any bytes'])
    addsUp(t, followed.source.status())
  })

test('with startPosition "end", archives that appear while the agent is stopped are skipped if none of their group was known', async t => {
  const { dir, path, start } = await prepare(t, { groups: [{ archives: true, startPosition: 'end' }] })
  await writeFile(path, 'one\n')
  const first = start()
  t.deepEqual(await readAll(first), [])
  await first.source.close()
  await writeFile(join(dir, 'b.log.1.gz'), compress(toText(history), 'gzip'))
  const next = start()
  t.deepEqual(await readAll(next), [])
  t.is(next.source.status().bytes.skipped, toText(history).length)
  addsUp(t, next.source.status())
})

/** Of bytes that hardly become fewer: what else is read of an archive does not count beside them. */
const long =
  randomBytes(1024 * 1024)
    .toString('base64')
    .match(/.{76}/gu) ?? []

test('with startPosition "end", an archive that is being written counts as skipped with a wrong size until it is whole, and is then read', async t => {
  const { path, start } = await prepare(t, { groups: [{ archives: true, startPosition: 'end' }] })
  const bytes = compress(toText(long), 'gzip')
  await writeFile(`${path}.1.gz`, bytes.subarray(0, bytes.length / 2))
  const followed = start()
  t.deepEqual(await readAll(followed), [])
  t.false([0, toText(long).length].includes(followed.source.status().bytes.skipped))
  await appendFile(`${path}.1.gz`, bytes.subarray(bytes.length / 2))
  t.is((await readAll(followed)).length, long.length)
  t.like(followed.source.status().bytes, { skipped: 0, seen: toText(long).length, acked: toText(long).length })
  addsUp(t, followed.source.status())
})

function isAbout(t: ExecutionContext, times: number, expected: number): void {
  t.true(times > expected - 0.1 && times < expected + 0.2, `it was read ${times} times`)
}

test('an archive that is read is decompressed twice, and not again after a restart', async t => {
  const { path, start } = await prepare(t, { groups: [{ archives: true }] })
  const bytes = compress(toText(long), 'gzip')
  await writeFile(`${path}.1.gz`, bytes)
  const count = countBytesRead(t, `${path}.1.gz`)
  const first = start()
  t.is((await readAll(first)).length, long.length)
  await first.source.close()
  t.deepEqual(await readAll(start()), [])
  isAbout(t, count() / bytes.length, 2)
})

test('an archive that is half read is decompressed twice again after a restart', async t => {
  const { path, start } = await prepare(t, { groups: [{ archives: true }] })
  const bytes = compress(toText(long), 'gzip')
  await writeFile(`${path}.1.gz`, bytes)
  const { source, registry } = start()
  await source.poll()
  const batch = await source.next(new AbortController().signal)
  await registry.journal(batch!)
  await source.commit(batch!)
  await source.close()
  const count = countBytesRead(t, `${path}.1.gz`)
  t.is((await readAll(start())).length, long.length - batch!.lineCount)
  isAbout(t, count() / bytes.length, 2)
})

test('an archive whose content was read under the name of its original is decompressed once', async t => {
  const { path, start } = await prepare(t, { groups: [{ archives: true }] })
  const followed = start()
  await writeFile(path, toText(long))
  t.is((await readAll(followed)).length, long.length)
  const bytes = compress(toText(long), 'gzip')
  await rm(path)
  t.deepEqual(await readAll(followed), [])
  await writeFile(`${path}.1.gz`, bytes)
  const count = countBytesRead(t, `${path}.1.gz`)
  t.deepEqual(await readAll(followed), [])
  isAbout(t, count() / bytes.length, 1)
})
