import test, { type ExecutionContext } from 'ava'
import { appendFile, open, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { FilesLimits } from '../../../src/files/contract.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow, takeReady, toLines, type Followed } from '../../helpers/files/followed.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const NAMES = ['a.log', 'b.log', 'c.log'] as const
const LINE = `${'x'.repeat(99)}\n`

/** Three files of 100 bytes, deleted one second after the other before anything of them is read. */
async function deleteAll(t: ExecutionContext, limits: Partial<FilesLimits>): Promise<Followed & { dir: string }> {
  const dir = await makeTempDir(t)
  for (const name of NAMES) await writeFile(join(dir, name), LINE)
  const followed = follow(t, dir, { limits })
  await followed.source.poll()
  for (const name of NAMES) {
    await rm(join(dir, name))
    await followed.source.poll()
    followed.pass(1000)
  }
  return { ...followed, dir }
}

function warningsOf({ logLines }: Followed) {
  return logLines.filter(({ message }) => message.endsWith('to free its space')).map(({ fields }) => fields)
}

test('deleted files that are not read yet are kept open, however long and many, if no limit is set', async t => {
  const followed = await deleteAll(t, {})
  followed.pass(365 * 24 * 3_600_000)
  t.is((await followed.readTexts()).length, 3)
  t.is(followed.source.status().bytes.lost.deleted, 0)
})

test('a deleted file that is not read in "holdTime" is given up: its bytes are lost, and one warning names the setting', async t => {
  const followed = await deleteAll(t, { deletedHoldMs: 10_000 })
  const { source, dir } = followed
  followed.pass(7500)
  await source.poll()
  const { bytes, openFiles } = source.status()
  t.is(bytes.lost.deleted, 100)
  t.is(openFiles, 2)
  t.deepEqual(warningsOf(followed), [{ path: join(dir, 'a.log'), lostBytes: 100, setting: 'holdTime' }])
  addsUp(t, source.status())
  const batches = await takeReady(source)
  t.deepEqual(
    batches.flatMap(toLines).map(({ path }) => path),
    [join(dir, 'b.log'), join(dir, 'c.log')],
  )
})

test('beyond "holdBytes" the files that were deleted first are given up, each with one warning', async t => {
  const followed = await deleteAll(t, { deletedHoldBytes: 250 })
  const { source, dir } = followed
  t.is(source.status().bytes.lost.deleted, 0)
  followed.pass(5000)
  await source.poll()
  const { bytes, openFiles } = source.status()
  t.is(bytes.lost.deleted, 100)
  t.is(openFiles, 2)
  t.deepEqual(warningsOf(followed), [{ path: join(dir, 'a.log'), lostBytes: 100, setting: 'holdBytes' }])
  addsUp(t, source.status())
})

test('a part of a file that is in flight when its space is given up is still acked', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, LINE)
  const followed = follow(t, dir, { limits: { deletedHoldMs: 10_000 } })
  await followed.look()
  await appendFile(path, LINE)
  await followed.source.poll()
  await rm(path)
  await followed.source.poll()
  followed.pass(10_000)
  await followed.source.poll()
  t.like(followed.source.status().bytes, { acked: 0, inFlight: 100, unread: 0, lost: { deleted: 100 } })
  followed.ackAll()
  t.like(followed.source.status().bytes, { acked: 100, inFlight: 0 })
  addsUp(t, followed.source.status())
  t.is(followed.registry.files.length, 0)
})

test('a file that has a name, or is read as far as it has lines, does not count: no space is kept for it alone', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'moved.log'), LINE)
  await writeFile(join(dir, 'read.log'), `${LINE}no end`)
  const limits = { deletedHoldMs: 1, deletedHoldBytes: 1 }
  const followed = follow(t, dir, { limits, groups: [{ paths: [join(dir, '*.log')] }] })
  await followed.source.poll()
  await rename(join(dir, 'moved.log'), join(dir, 'moved.old'))
  t.is((await followed.readTexts()).length, 2)
  await appendFile(join(dir, 'moved.old'), LINE)
  await rm(join(dir, 'read.log'))
  t.is((await followed.readTexts()).length, 1)
  followed.pass(1000)
  await followed.source.poll()
  t.is(followed.source.status().bytes.lost.deleted, 0)
  followed.pass(5000)
  t.deepEqual(await followed.readTexts(), ['no end'])
})

test('a deleted file that is still written, and whose lines are read, is not given up', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, LINE)
  const followed = follow(t, dir, { limits: { deletedHoldMs: 10_000, deletedHoldBytes: 150 } })
  await followed.readTexts()
  const writer = await open(path, 'a')
  t.teardown(() => writer.close())
  await rm(path)
  for (let seconds = 0; seconds < 20; seconds += 2) {
    await writer.write(LINE)
    await followed.source.poll()
    t.is((await followed.readTexts()).length, 1)
    followed.pass(2000)
  }
  t.is(followed.source.status().bytes.lost.deleted, 0)
})
