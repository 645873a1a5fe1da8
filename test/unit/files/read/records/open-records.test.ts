import { appendFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { addsUp } from '../../../../helpers/files/byte-account.ts'
import { follow, makeGroup } from '../../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../../helpers/files/temp-dir.ts'

const multiline = { how: 'indented', maxLines: 500, maxBytes: 100_000, timeoutMs: 5000 } as const

test('a record is taken as it is 5 s after its last line was read, and not before', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, pass, source } = follow(t, dir, { groups: [{ records: { multiline } }] })
  await writeFile(path, 'a\n b\n')
  t.deepEqual(await readTexts(), [])
  pass(4999)
  t.deepEqual(await readTexts(), [])
  await appendFile(path, ' c\n')
  t.deepEqual(await readTexts(), [])
  pass(4999)
  t.deepEqual(await readTexts(), [])
  pass(1)
  t.deepEqual(await readTexts(), ['a\n b\n c'])
  addsUp(t, source.status())
  await appendFile(path, ' late\n')
  pass(1)
  t.deepEqual(await readTexts(), [])
  pass(5000)
  t.deepEqual(await readTexts(), [' late'])
})

test('a record is taken in time before a long line that has no end yet', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass } = follow(t, dir, { groups: [{ records: { multiline } }] })
  await writeFile(join(dir, 'a.log'), `a\n b\n ${'x'.repeat(30_000)}`)
  t.deepEqual(await readTexts(), [])
  pass(5000)
  t.deepEqual(await readTexts(), ['a\n b'])
  await appendFile(join(dir, 'a.log'), 'y\nnext\n')
  t.deepEqual(
    (await readTexts()).map(text => text.length),
    [30_002],
  )
})

test('a file that left its name is taken to its end, with a line that has no end', async t => {
  const dir = await makeTempDir(t)
  const paths = [join(dir, 'a.log*')]
  const slow = { ...multiline, timeoutMs: 3_600_000 }
  const { readTexts, pass, source } = follow(t, dir, { groups: [{ paths, records: { multiline: slow } }] })
  const path = join(dir, 'a.log')
  await writeFile(path, 'a\n b\n c')
  t.deepEqual(await readTexts(), [])
  await rename(path, `${path}.1`)
  t.deepEqual(await readTexts(), [])
  pass(61_000)
  t.deepEqual(await readTexts(), ['a\n b\n c'])
  t.deepEqual(await readTexts(), [])
  addsUp(t, source.status())
  t.is(source.status().bytes.unread, 0)
})

test('records of a file with other rules after a reload are cut by those from there on', async t => {
  const dir = await makeTempDir(t)
  const paths = [join(dir, 'a.log')]
  const { readTexts, source } = follow(t, dir, { groups: [{ paths, records: { multiline } }] })
  await writeFile(join(dir, 'a.log'), 'a\n b\n')
  t.deepEqual(await readTexts(), [])
  await source.reconfigure([makeGroup(dir, { paths })], {})
  t.deepEqual(await readTexts(), ['a', ' b'])
})
