import { copyFile, mkdir, readFile, symlink, truncate, writeFile, appendFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const unread = ['unread 1', 'unread 2', 'unread 3']

/** A link in one directory leads to a log in another one, of which the history was read. */
async function followLink(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const [link, target] = [join(dir, 'logs', 'a.log'), join(dir, 'pod', '0.log')]
  await mkdir(join(dir, 'logs'))
  await mkdir(join(dir, 'pod'))
  await writeFile(target, toText(history))
  await symlink(target, link)
  const followed = follow(t, dir, { groups: [{ paths: [link] }] })
  t.deepEqual(await followed.readTexts(), history)
  await appendFile(target, toText(unread))
  return { ...followed, link, target }
}

test('a file behind a link that is truncated is read on in its copy beside the link', async t => {
  const { link, target, readTexts, source } = await followLink(t)
  await copyFile(target, `${link}.1`)
  await truncate(target)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], unread)
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})

test('a file behind a link that is truncated is read on in its archive beside the link', async t => {
  const { link, target, readTexts, source } = await followLink(t)
  await writeFile(`${link}.1.gz`, compress(await readFile(target), 'gzip'))
  await truncate(target)
  t.deepEqual([...(await readTexts()), ...(await readTexts())], unread)
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})
