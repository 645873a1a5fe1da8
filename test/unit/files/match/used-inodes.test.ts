import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, lstat, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { showOtherInode } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A log that was deleted while it was closed, and a longer one under its name: both are read to their ends. */
async function followTwo(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const followed = follow(t, dir, { groups: [{ paths: [join(dir, '*.log*')] }], limits: { maxOpenFiles: 1 } })
  await writeFile(path, toText(history))
  await followed.readTexts()
  await writeFile(join(dir, 'b.log'), 'b\n')
  t.deepEqual(await followed.readTexts(), ['b'])
  const used = await inodeOf(path)
  await writeFile(join(dir, 'other'), toText([...history, 'more']))
  await rm(path)
  await followed.readTexts()
  await rename(join(dir, 'other'), path)
  t.deepEqual(await followed.readTexts(), [...history, 'more'])
  return { ...followed, dir, path, used }
}

async function inodeOf(path: string): Promise<bigint> {
  return (await lstat(path, { bigint: true })).ino
}

test('the copy of a truncated file is recognised although its inode was that of a deleted one that began alike', async t => {
  const { path, used, readTexts, source } = await followTwo(t)
  await copyFile(path, `${path}.1`)
  t.teardown(showOtherInode(await inodeOf(`${path}.1`), used))
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

test('a longer file is read on behind the one that it replaced although its inode was that of a deleted one that began alike', async t => {
  const { dir, path, used, readTexts, source } = await followTwo(t)
  await writeFile(join(dir, 'other'), toText([...history, 'more', 'last']))
  t.teardown(showOtherInode(await inodeOf(join(dir, 'other')), used))
  await rename(join(dir, 'other'), path)
  t.deepEqual(await readTexts(), ['last'])
  addsUp(t, source.status())
})

test('a file that begins like a deleted one in whose inode it is, and is shorter than that one was, is new', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const [deleted, later] = [join(dir, 'a.log'), join(dir, 'b.log')]
  const first = follow(t, dir, { state })
  await writeFile(deleted, toText(history))
  await first.readTexts()
  await appendFile(deleted, 'not read\n')
  await first.source.poll()
  await first.source.close()
  await writeFile(later, toText(history))
  t.teardown(showOtherInode(await inodeOf(later), await inodeOf(deleted)))
  await rm(deleted)
  const next = follow(t, dir, { state })
  t.deepEqual(await next.readTexts(), history)
  addsUp(t, next.source.status())
})
