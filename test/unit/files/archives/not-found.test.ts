import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import test, { type ExecutionContext } from 'ava'
import { DEFAULT_LIMITS } from '../../../../src/files/contract.ts'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { hideBirthTime } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText, type Followed } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const MESSAGE = /^a file is not found that was/

function warnings({ logLines }: Followed) {
  return logLines.filter(({ level, message }) => level === 'warn' && MESSAGE.test(message)).map(({ fields }) => fields)
}

/** A run that read `read` of `a.log` and saw `seen` behind it, which it did not read. */
async function leaveUnread(t: ExecutionContext, read: readonly string[], seen: readonly string[]) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const start = () => follow(t, dir, { state, groups: [{ paths: [path] }] })
  await writeFile(path, toText(read))
  const first = start()
  t.deepEqual(await first.readTexts(), read)
  await appendFile(path, toText(seen))
  await first.source.poll()
  await first.source.close()
  return { dir, path, start }
}

test('a file of an earlier run that is found in an archive causes no warning, and its unread bytes are not lost', async t => {
  const { dir, path, start } = await leaveUnread(t, history, ['seen', 'both'])
  await writeFile(join(dir, 'a.log.1.gz'), compress(await readFile(path), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual(await next.readTexts(), ['seen', 'both'])
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], [])
  t.deepEqual(warnings(next), [])
  t.is(next.source.status().notFound, 0)
  t.is(next.source.status().bytes.lost.deleted, 0)
  addsUp(t, next.source.status())
})

test('a file of an earlier run that is in none of the archives beside it is one warning, once they are compared', async t => {
  const { dir, path, start } = await leaveUnread(t, history, ['seen'])
  await writeFile(join(dir, 'a.log.1.gz'), compress(toText([...history.slice(0, 50), 'other', 'lines']), 'gzip'))
  await rm(path)
  const next = start()
  for (let i = 0; i < 4; i++) await next.source.poll()
  t.deepEqual(warnings(next), [{ path, offset: toText(history).length, unreadBytes: 5 }])
  t.is(next.source.status().notFound, 1)
})

test('an archive that has no more than was read is not that of a missing file of which more was seen', async t => {
  const { dir, path, start } = await leaveUnread(t, ['starting'], ['seen'])
  await writeFile(join(dir, 'a.log.1.gz'), compress('starting\n', 'gzip'))
  await writeFile(join(dir, 'a.log.2.gz'), compress(await readFile(path), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['seen'])
  t.is(next.source.status().bytes.lost.deleted, 0)
  addsUp(t, next.source.status())
})

test('bytes that an earlier run saw of a missing file, and that its archive lacks, are one warning', async t => {
  const { dir, path, start } = await leaveUnread(t, history, ['seen', 'cut off'])
  await writeFile(join(dir, 'a.log.1.gz'), compress(toText([...history, 'seen']), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['seen'])
  const cut = next.logLines.filter(({ message }) => message === 'a file is shorter than when it was last seen')
  t.deepEqual(
    cut.map(({ level, fields }) => [level, fields]),
    [['warn', { path, bytes: 'cut off\n'.length }]],
  )
  addsUp(t, next.source.status())
})

for (const nuls of [0, 4096])
  test(`of a file of which little was read, an archive that is known as that of an ended generation, with ${nuls} NULs behind it, is not read on`, async t => {
    const known = Buffer.concat([Buffer.from('starting\nfirst\n'), Buffer.alloc(nuls)])
    const { dir, path, start } = await leaveUnread(t, ['starting', 'first'], [])
    const first = start()
    await first.readTexts()
    await writeFile(join(dir, 'a.log.2.gz'), compress(known, 'gzip'))
    await rm(path)
    for (let i = 0; i < 3; i++) await first.readTexts()
    first.pass(86_400_000)
    for (let i = 0; i < 3; i++) await first.readTexts()
    await writeFile(path, 'starting\n')
    t.deepEqual(await first.readTexts(), ['starting'])
    await appendFile(path, 'second\n')
    await first.source.close()
    // The archive of the first generation was made again.
    await rm(join(dir, 'a.log.2.gz'))
    await writeFile(join(dir, 'a.log.2.gz'), compress(known, 'gzip'))
    await setTimeout(20) // more than a step of the file system's clock: the oldest one is compared first
    await writeFile(join(dir, 'a.log.1.gz'), compress('starting\nsecond\n', 'gzip'))
    await rm(path)
    const next = start()
    t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['second'])
    addsUp(t, next.source.status())
  })

test('unread bytes that were lost with a file, which is in no archive, are not lost again at the next start', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const groups = [{ paths: [join(dir, '*.log')] }]
  const first = follow(t, dir, { state, groups, limits: { maxOpenFiles: 1, batchLines: 1 } })
  await writeFile(join(dir, 'z.log'), toText(history))
  await first.readTexts()
  await writeFile(join(dir, 'open.log'), 'first\n')
  await first.readTexts()
  // More than one cannot be open.
  for (const name of ['open.log', 'z.log']) await appendFile(join(dir, name), 'seen\n')
  await first.source.poll()
  await rm(join(dir, 'z.log'))
  await first.readTexts()
  t.is(first.source.status().bytes.lost.deleted, 5)
  await first.source.close()
  const next = follow(t, dir, { state, groups })
  await next.readTexts()
  next.pass(2 * DEFAULT_LIMITS.forgetMs)
  await next.readTexts()
  t.deepEqual(warnings(next), [])
  t.is(next.source.status().bytes.lost.deleted, 0)
  addsUp(t, next.source.status())
})

test('unread bytes of a file that is not found are one warning at each start', async t => {
  const { path, start } = await leaveUnread(t, history, ['seen'])
  await rm(path)
  for (const _ of [1, 2, 3]) {
    const next = start()
    await next.source.poll()
    t.deepEqual(warnings(next), [{ path, offset: toText(history).length, unreadBytes: 5 }])
    await next.source.close()
  }
})

test('bytes that an archive lacks are one warning also while lines are to be sent again', async t => {
  const { dir, path, start } = await leaveUnread(t, history, ['sent'])
  const first = start()
  await first.look()
  await appendFile(path, 'seen\ncut off\n')
  await first.source.poll()
  await first.source.close()
  await writeFile(join(dir, 'a.log.1.gz'), compress(toText([...history, 'sent', 'seen']), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['sent', 'seen'])
  const cut = next.logLines.filter(({ message }) => message === 'a file is shorter than when it was last seen')
  t.deepEqual(
    cut.map(({ fields }) => fields),
    [{ path, bytes: 'cut off\n'.length }],
  )
  addsUp(t, next.source.status())
})

test('with little read, an archive that equals it and is that of an ended generation is not taken for its end', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const start = () => follow(t, dir, { state })
  const first = start()
  for (const name of [`${path}.1`, path]) {
    await writeFile(path, 'starting\n')
    t.deepEqual(await first.readTexts(), ['starting'])
    await rename(path, name)
  }
  await setTimeout(20) // the archive of the first generation is made after the second one
  await writeFile(`${path}.2.gz`, compress('starting\n', 'gzip'))
  await rm(`${path}.1`)
  for (let i = 0; i < 4; i++) await first.readTexts()
  first.pass(100_000)
  await first.readTexts()
  t.is(state.finished.size, 1)
  await first.source.close()
  await setTimeout(20)
  await writeFile(`${path}.1.gz`, compress('starting\nsecond\n', 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['second'])
  addsUp(t, next.source.status())
})

test('with little read, an archive is read on where the file system does not know when it was made', async t => {
  const { dir, path, start } = await leaveUnread(t, ['starting'], ['seen'])
  const archive = join(dir, 'a.log.1.gz')
  hideBirthTime(t, archive)
  await writeFile(archive, compress(await readFile(path), 'gzip'))
  await rm(path)
  const next = start()
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], ['seen'])
  addsUp(t, next.source.status())
})
