import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, link, open, rename, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '../../../../src/files/contract.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { showOtherInode } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** As a file system in layers does it at the first write: the same inode, another birth time, and the open file stays. */
async function copyUp(t: ExecutionContext, path: string): Promise<void> {
  const dir = await makeTempDir(t)
  const upper = join(dir, 'upper')
  await link(path, join(dir, 'lower')) // no other file gets its inode
  await copyFile(path, upper)
  const handle = await open(upper)
  t.teardown(() => handle.close())
  const { ino: shown } = await stat(path, { bigint: true })
  const { ino } = await stat(upper, { bigint: true })
  t.teardown(showOtherInode(ino, shown))
  await rename(upper, path)
}

test('the copy of a file of a lower layer, of which the truncation is the first write, is recognised', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log*')] }] })
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  t.deepEqual(await readTexts(), history)
  await copyFile(path, `${path}.1`)
  await copyUp(t, path)
  await truncate(path)
  t.deepEqual(await readTexts(), [])
  t.is(source.status().copies, 1)
  await appendFile(path, 'new\n')
  t.deepEqual(await readTexts(), ['new'])
  addsUp(t, source.status())
})

for (const isSeen of [true, false])
  test(`unread bytes of a lower layer count as lost if the upper one is truncated ${isSeen ? 'after' : 'before'} a look has found it`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source, pass, logLines } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log*')] }] })
    const path = join(dir, 'a.log')
    await writeFile(path, toText(history))
    await source.poll()
    await copyUp(t, path)
    if (isSeen) await source.poll()
    await writeFile(path, 'new\n')
    t.deepEqual([...(await readTexts()), ...(await readTexts())], ['new'])
    pass(DEFAULT_LIMITS.copyWaitMs)
    t.deepEqual(await readTexts(), [])
    t.is(source.status().bytes.lost.truncated, toText(history).length)
    t.is(logLines.filter(({ level }) => level === 'error').length, 1)
    addsUp(t, source.status())
  })
