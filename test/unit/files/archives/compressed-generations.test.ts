import { appendFile, mkdir, readFile, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { hookReads } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText, type FollowOptions } from '../../../helpers/files/followed.ts'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const unread = Array.from({ length: 30 }, (_, i) => `unread ${i}`)

/** `a.log`, of which `history` is read and `unread` is not, and an agent that is stopped. */
async function stopBeforeEnd(t: ExecutionContext, options: FollowOptions = {}) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const start = (more: FollowOptions = {}) =>
    follow(t, dir, { state, groups: [{ paths: [path] }], ...options, ...more })
  await writeFile(path, toText(history))
  const first = start()
  t.deepEqual(await first.readTexts(), history)
  await first.source.close()
  await appendFile(path, toText(unread))
  return { dir, path, state, start }
}

/** As `gzip` and `zstd --rm` leave it. */
async function compressTo(archive: string, path: string): Promise<void> {
  await writeFile(archive, compress(await readFile(path), archive.toLowerCase().endsWith('.zst') ? 'zstd' : 'gzip'))
  await rm(path)
}

for (const name of [
  'a.log.1.gz',
  'a.log.gz',
  'a.log-20261128.GZ',
  'a.log.1.zst',
  'a-2026-11-28.log.zst',
  'old/a.log.1.gz',
]) {
  test(`lines that were compressed to ${name} before they were read are read there, under the path of their file`, async t => {
    const { dir, path, start } = await stopBeforeEnd(t)
    await mkdir(join(dir, 'old'))
    await compressTo(join(dir, name), path)
    await writeFile(path, 'next\n')
    const { readLines, source, logLines } = start()
    const lines = await readLines()
    t.deepEqual(lines.map(({ text }) => text).toSorted(), [...unread, 'next'].toSorted())
    t.true(lines.every(line => line.path === path))
    t.true(logLines.some(({ fields }) => fields.archive === join(dir, name)))
    t.deepEqual(await readLines(), [])
    t.is(source.status().bytes.unread, 0)
    addsUp(t, source.status())
  })
}

test('a file that was copied, truncated and compressed while the agent was stopped is read on in the archive', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  await writeFile(join(dir, 'a.log.1.gz'), compress(await readFile(path), 'gzip'))
  await truncate(path)
  await writeFile(path, 'next\n')
  const { readTexts, source } = start()
  t.deepEqual((await readTexts()).toSorted(), [...unread, 'next'].toSorted())
  addsUp(t, source.status())
})

test('lines without an ack are sent again from the archive, with the same ids and times', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  const second = start()
  const sent = (await second.look()).flatMap(toLines)
  t.is(sent.length, unread.length)
  await second.source.close()
  await appendFile(path, 'more\n')
  await compressTo(join(dir, 'a.log.1.gz'), path)
  const { readLines, source } = start()
  const again = await readLines()
  t.deepEqual(again.slice(0, sent.length), sent)
  t.deepEqual(
    again.slice(sent.length).map(({ text }) => text),
    ['more'],
  )
  t.is(source.status().bytes.unconfirmed, 0)
  addsUp(t, source.status())
})

test('a generation that was never acked is sent again from the archive', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  await writeFile(path, toText(history))
  const first = follow(t, dir, { state, groups: [{ paths: [path] }] })
  const sent = (await first.look()).flatMap(toLines)
  await first.source.close()
  await compressTo(join(dir, 'a.log.1.gz'), path)
  const { readLines, source } = follow(t, dir, { state, groups: [{ paths: [path] }] })
  t.deepEqual(await readLines(), sent)
  t.is(source.status().bytes.unconfirmed, 0)
})

test('reading in an archive continues after a restart, also if the archive has another name by then', async t => {
  const { dir, path, start, state } = await stopBeforeEnd(t)
  await compressTo(join(dir, 'a.log.1.gz'), path)
  const second = start({ limits: { batchLines: 10 } })
  const [batch] = await second.look()
  void second.source.commit(batch!)
  await second.source.close()
  t.deepEqual(
    [...state.files.values()].map(({ evidence }) => evidence),
    [`read in ${join(dir, 'a.log.1.gz')}`],
  )
  await rename(join(dir, 'a.log.1.gz'), join(dir, 'a.log.2.gz'))
  const { readTexts, source } = start()
  t.deepEqual(await readTexts(), unread.slice(10))
  addsUp(t, source.status())
})

test('a generation that was read to its end in an archive is finished, and not read again', async t => {
  const { dir, path, start, state } = await stopBeforeEnd(t)
  await compressTo(join(dir, 'a.log.1.gz'), path)
  const second = start()
  t.deepEqual(await second.readTexts(), unread)
  second.pass(60_000)
  await second.readTexts()
  t.is(second.source.status().openFiles, 0)
  await second.source.close()
  t.deepEqual(
    [...state.finished.values()].map(({ path: one, outcome }) => [one, outcome]),
    [[path, 'read']],
  )
  const { readTexts } = start()
  t.deepEqual(await readTexts(), [])
})

test('the last line of an archive is sent without its newline', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  await appendFile(path, 'no newline')
  await compressTo(join(dir, 'a.log.1.gz'), path)
  t.deepEqual(await start().readTexts(), [...unread, 'no newline'])
})

test('an archive of another generation that begins alike is not read', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  await writeFile(
    join(dir, 'a.log.2.gz'),
    compress(toText([...history.slice(0, 50), 'other', ...history.slice(51), 'old']), 'gzip'),
  )
  await compressTo(join(dir, 'a.log.1.gz'), path)
  t.deepEqual(await start().readTexts(), unread)
})

test('an archive that is still written is read once it is whole, and nothing is lost meanwhile', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  const bytes = compress(await readFile(path), 'gzip')
  await rm(path)
  const archive = join(dir, 'a.log.1.gz')
  const { readTexts, source, pass, logLines } = start()
  await writeFile(archive, '')
  for (let at = 0; at < bytes.length; at += 100) {
    t.deepEqual(await readTexts(), [])
    pass(5000)
    await appendFile(archive, bytes.subarray(at, at + 100))
  }
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(texts, unread)
  t.false(logLines.some(({ level }) => level === 'error'))
  addsUp(t, source.status())
})

test('an archive that does not grow any more and is cut off is an error that names it, until it changes', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  const bytes = compress(await readFile(path), 'gzip')
  await rm(path)
  const archive = join(dir, 'a.log.1.gz')
  await writeFile(archive, bytes.subarray(0, -10))
  const { readTexts, source, pass, logLines } = start()
  for (let i = 0; i < 100; i++) {
    t.deepEqual(await readTexts(), [])
    pass(1000)
  }
  t.deepEqual(
    logLines.filter(({ level }) => level === 'error').map(({ fields }) => fields.path),
    [archive],
  )
  await writeFile(archive, bytes)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], unread)
  addsUp(t, source.status())
})

test('lines to be sent again wait while their archive is written', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  const second = start()
  const sent = (await second.look()).flatMap(toLines)
  await second.source.close()
  const bytes = compress(await readFile(path), 'gzip')
  await rm(path)
  await writeFile(join(dir, 'a.log.1.gz'), bytes.subarray(0, 40))
  const { readLines, source } = start()
  t.deepEqual(await readLines(), [])
  await writeFile(join(dir, 'a.log.1.gz'), bytes)
  t.deepEqual([...(await readLines()), ...(await readLines())], sent)
  t.is(source.status().bytes.unconfirmed, 0)
})

test('a member that is appended to an archive is read', async t => {
  const { dir, path, start } = await stopBeforeEnd(t)
  const archive = join(dir, 'a.log.1.gz')
  await compressTo(archive, path)
  const { readTexts, source } = start()
  t.deepEqual(await readTexts(), unread)
  await appendFile(archive, compress('appended\n', 'gzip'))
  t.deepEqual(await readTexts(), ['appended'])
  addsUp(t, source.status())
})

/** A closed file with unread bytes: more than one cannot be open. */
async function followClosed(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const [open, closed] = [join(dir, 'open.log'), join(dir, 'z.log')]
  const followed = follow(t, dir, {
    groups: [{ paths: [join(dir, '*.log')] }],
    limits: { maxOpenFiles: 1, batchLines: 1 },
  })
  await writeFile(closed, toText(history))
  await followed.readTexts()
  await writeFile(open, 'first\n')
  await followed.readTexts()
  await appendFile(open, toText(unread))
  await appendFile(closed, toText(unread))
  await followed.source.poll()
  const states = followed.source.status().files.map(({ path, state }) => [path, state])
  t.deepEqual(Object.fromEntries(states), { [open]: 'open', [closed]: 'idle' })
  return { ...followed, dir, closed }
}

for (const archives of [false, true])
  test(`a log that cannot be read for a moment after a start is read on, although an archive has what was read of it, with "archives": ${archives}`, async t => {
    const { dir, path, start } = await stopBeforeEnd(t)
    await writeFile(join(dir, 'a.log.1.gz'), compress(toText(history), 'gzip'))
    const { failWith } = hookReads(t, path)
    failWith('EIO')
    const { readTexts, source } = start({ groups: [{ paths: [`${path}*`], archives }] })
    for (let i = 0; i < 3; i++) t.deepEqual(await readTexts(), [])
    failWith(undefined)
    t.deepEqual([...(await readTexts()), ...(await readTexts())], unread)
    addsUp(t, source.status())
  })

test('a file that vanished while it was closed is read on in its archive', async t => {
  const { dir, closed, readTexts, source } = await followClosed(t)
  await compressTo(join(dir, 'z.log.1.gz'), closed)
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(texts.toSorted(), [...unread, ...unread].toSorted())
  t.is(source.status().bytes.lost.deleted, 0)
  addsUp(t, source.status())
})

test('unread bytes whose archive is damaged are lost once the archive is gone, and not before', async t => {
  const { dir, closed, readTexts, source, pass } = await followClosed(t)
  await writeFile(join(dir, 'z.log.1.gz'), compress(await readFile(closed), 'gzip').fill(0xff, 40, 60))
  await rm(closed)
  await readTexts()
  pass(60_000)
  await readTexts()
  t.is(source.status().bytes.lost.deleted, 0)
  t.is(source.status().bytes.unread, toText(unread).length)
  await rm(join(dir, 'z.log.1.gz'))
  await readTexts()
  t.is(source.status().bytes.lost.deleted, toText(unread).length)
  addsUp(t, source.status())
})

test('a file behind a symbolic link that was rotated and compressed beside its target is read on, under the path of the link', async t => {
  const dir = await makeTempDir(t)
  const [link, pod] = [join(dir, 'c.log'), join(dir, 'pod')]
  const path = join(pod, '0.log')
  await mkdir(pod)
  await writeFile(path, toText(history))
  await symlink(path, link)
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ paths: [link] }] })
  const first = start()
  t.deepEqual(await first.readTexts(), history)
  await first.source.close()
  await appendFile(path, toText(unread))
  await compressTo(join(pod, '0.log.20261128-120000.gz'), path)
  await writeFile(path, 'next\n')
  const { readLines, source } = start()
  const lines = [...(await readLines()), ...(await readLines())]
  t.deepEqual(lines.map(({ text }) => text).toSorted(), [...unread, 'next'].toSorted())
  t.true(lines.every(line => line.path === link))
  addsUp(t, source.status())
})
