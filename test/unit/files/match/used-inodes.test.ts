import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, lstat, open, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { showOtherInode } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A log that was deleted while it was closed, and a longer one under its name: both are read to their ends. */
async function followTwo(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  const options = { state, groups: [{ paths: [join(dir, '*.log*')] }], limits: { maxOpenFiles: 1 } }
  const followed = follow(t, dir, options)
  await writeFile(path, toText(history))
  await followed.readTexts()
  await writeFile(join(dir, 'b.log'), 'b\n')
  t.deepEqual(await followed.readTexts(), ['b'])
  const used = await inodeOf(path)
  const holder = await open(path) // so that no other file gets its inode
  t.teardown(() => holder.close())
  await writeFile(join(dir, 'other'), toText([...history, 'more']))
  await rm(path)
  await followed.readTexts()
  await rename(join(dir, 'other'), path)
  t.deepEqual(await followed.readTexts(), [...history, 'more'])
  return { ...followed, options, dir, path, used }
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

test('a copy of a file that is followed is held back although its inode was that of a deleted one that began alike', async t => {
  const { path, used, readTexts, source } = await followTwo(t)
  await copyFile(path, `${path}.1`)
  t.teardown(showOtherInode(await inodeOf(`${path}.1`), used))
  t.deepEqual(await readTexts(), [])
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

test('the same is true of one that was copied while the agent was stopped', async t => {
  const { options, dir, path, used, source } = await followTwo(t)
  await source.close()
  await copyFile(path, join(dir, 'a.log.1'))
  t.teardown(showOtherInode(await inodeOf(join(dir, 'a.log.1')), used))
  const next = follow(t, dir, options)
  t.deepEqual(await next.readTexts(), [])
  await truncate(path)
  t.deepEqual(await next.readTexts(), [])
  t.is(next.source.status().copies, 1)
  addsUp(t, next.source.status())
})

test('a file is found again by inode and birth time although a deleted one had its inode and began alike', async t => {
  const dir = await makeTempDir(t)
  const [path, copy] = [join(dir, 'a.log'), join(dir, 'a.log.1')]
  const options = { state: new MemoryState(), limits: { maxOpenFiles: 1 } }
  const first = follow(t, dir, options)
  await writeFile(path, toText([...history, 'more']))
  await writeFile(join(dir, 'b.log'), toText(history))
  t.deepEqual(await first.readTexts(), [...history, 'more', ...history])
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual(await first.readTexts(), ['c'])
  const used = await inodeOf(join(dir, 'b.log'))
  await rm(join(dir, 'b.log'))
  await first.readTexts()
  await copyFile(path, copy)
  t.teardown(showOtherInode(await inodeOf(copy), used))
  await truncate(path)
  t.deepEqual(await first.readTexts(), [])
  await first.source.close()
  const next = follow(t, dir, options)
  t.deepEqual(await next.readTexts(), [])
  addsUp(t, next.source.status())
})

test('the copy of a file that was truncated while the agent was stopped is read there, under no listed name and in the inode of a deleted one', async t => {
  const { options, dir, path, used, readTexts, source } = await followTwo(t)
  await writeFile(join(dir, 'c.log'), 'c\n')
  t.deepEqual(await readTexts(), ['c'])
  await source.close()
  await appendFile(path, 'last\n')
  await copyFile(path, join(dir, 'a.old'))
  t.teardown(showOtherInode(await inodeOf(join(dir, 'a.old')), used))
  await truncate(path)
  const next = follow(t, dir, options)
  t.deepEqual(await next.readTexts(), ['last'])
  addsUp(t, next.source.status())
})

test('a file whose closing line was written over is followed once although a deleted one had its inode and all its bytes', async t => {
  const dir = await makeTempDir(t)
  const [path, later] = [join(dir, 'a.log'), join(dir, 'b.log')]
  const { readTexts, source } = follow(t, dir, { limits: { maxOpenFiles: 1 } })
  const [opening, more, closing] = [toText(history), 'more\n', '</log>\n']
  await writeFile(path, opening + more + closing)
  await readTexts()
  await writeFile(join(dir, 'c.log'), 'c\n')
  await readTexts()
  const used = await inodeOf(path)
  await rm(path)
  await readTexts()
  await writeFile(later, opening + closing)
  t.teardown(showOtherInode(await inodeOf(later), used))
  t.deepEqual(await readTexts(), [...history, '</log>'])
  await writeFile(later, opening + more + closing, { flag: 'r+' })
  t.deepEqual(await readTexts(), ['more', '</log>'])
  await appendFile(later, 'last\n')
  t.deepEqual(await readTexts(), ['last'])
  t.is(source.status().files.filter(file => file.path === later).length, 1)
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

test('a file that left all patterns is found by inode and birth time although an earlier one in its inode began alike', async t => {
  const dir = await makeTempDir(t)
  const [first, second, third] = ['a.log', 'b.log', 'c.log'].map(name => join(dir, name)) as [string, string, string]
  const options = { state: new MemoryState(), groups: [{ paths: [join(dir, '*.log')] }], limits: { maxOpenFiles: 1 } }
  const { readTexts, source } = follow(t, dir, options)
  await writeFile(first, toText(history))
  await readTexts()
  await writeFile(join(dir, 'other.log'), 'other\n')
  await readTexts()
  const used = await inodeOf(first)
  const holder = await open(first) // so that no other file gets its inode
  t.teardown(() => holder.close())
  await rm(first)
  await readTexts()
  const part = history.slice(0, 58)
  await writeFile(second, toText(part))
  t.teardown(showOtherInode(await inodeOf(second), used))
  t.deepEqual(await readTexts(), part)
  await truncate(second)
  await readTexts()
  await rm(second)
  await writeFile(third, toText([...history, 'more']))
  t.teardown(showOtherInode(await inodeOf(third), used))
  // The inode had another file since: this one is new, although it begins with all of the first.
  t.deepEqual(await readTexts(), [...history, 'more'])
  await source.close()
  await rename(third, join(dir, 'c.old'))
  const next = follow(t, dir, options)
  t.deepEqual(await next.readTexts(), [])
  addsUp(t, next.source.status())
})

test('the archive of another log that has the inode of a deleted file, and begins with all that was read of it, is not its archive', async t => {
  const dir = await makeTempDir(t)
  const [path, archive] = [join(dir, 'b.log'), join(dir, 'c.log.1.gz')]
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  await writeFile(path, toText(history))
  await first.readTexts()
  await first.source.close()
  const used = await inodeOf(path)
  await writeFile(archive, compress(toText([...history, 'of another']), 'gzip'))
  t.teardown(showOtherInode(await inodeOf(archive), used))
  await rm(path)
  const next = follow(t, dir, { state })
  t.deepEqual([...(await next.readTexts()), ...(await next.readTexts())], [])
  addsUp(t, next.source.status())
})
