import test from 'ava'
import { appendFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LINE_CONTINUED, LINE_UNTERMINATED } from '../../../src/flow/line-batch.ts'
import { before } from '../../helpers/files/file-hooks.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow } from '../../helpers/files/followed.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('each line arrives once, in order, with its own id', async t => {
  const dir = await makeTempDir(t)
  const { readLines } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\ntwo\n')
  const first = await readLines()
  await appendFile(join(dir, 'a.log'), 'three\r\n')
  const second = await readLines()
  t.deepEqual(
    [...first, ...second].map(line => line.text),
    ['one', 'two', 'three'],
  )
  const [fileId] = first[0]!.id.split('-0')
  t.deepEqual(
    [...first, ...second].map(line => line.id),
    [`${fileId}-0`, `${fileId}-4`, `${fileId}-8`],
  )
  t.deepEqual(await readLines(), [])
})

test('an incomplete line waits for its end', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'whole\nha')
  t.deepEqual(await readTexts(), ['whole'])
  await appendFile(join(dir, 'a.log'), 'lf')
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.unread, 4)
  await appendFile(join(dir, 'a.log'), '\n')
  t.deepEqual(await readTexts(), ['half'])
  addsUp(t, source.status())
})

test('a renamed file is read to its end while the new one at its path starts at 0', async t => {
  const dir = await makeTempDir(t)
  const { readLines } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  const [one] = await readLines()
  await appendFile(path, 'two\n')
  await rename(path, join(dir, 'a.log.1'))
  await writeFile(path, 'three\n')
  const lines = await readLines()
  t.deepEqual(lines.map(line => line.text).sort(), ['three', 'two'])
  t.is(lines.find(line => line.text === 'two')!.id, one!.id.replace(/-0$/, '-4'))
  await appendFile(join(dir, 'a.log.1'), 'late\n')
  t.deepEqual(
    (await readLines()).map(line => [line.text, line.path]),
    [['late', join(dir, 'a.log.1')]],
  )
})

test('a file renamed out of every pattern is read to its end', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log')] }] })
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  await readTexts()
  await appendFile(path, 'two\n')
  await rename(path, join(dir, 'old'))
  t.deepEqual(await readTexts(), ['two'])
  await appendFile(join(dir, 'old'), 'three\nhalf')
  t.deepEqual(await readTexts(), ['three'])
  pass(60_000)
  t.deepEqual(await readTexts(), ['half'])
  await readTexts()
  t.is(source.status().openFiles, 0)
  addsUp(t, source.status())
})

test('a closed file that was renamed out of every pattern is found in its directory', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, pass, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log')], deadTimeMs: 1000 }] })
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  await readTexts()
  pass(1000)
  await readTexts()
  t.is(source.status().openFiles, 0)
  await appendFile(path, 'two\n')
  await rename(path, join(dir, 'old'))
  t.deepEqual(await readTexts(), ['two'])
})

test('a deleted file is read to its end, and its last line without a newline is flagged as unterminated', async t => {
  const dir = await makeTempDir(t)
  const { look, readLines, pass, source, ackAll } = follow(t, dir)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  await look()
  await appendFile(path, 'two\nhalf')
  await rm(path)
  t.deepEqual(
    (await readLines()).map(line => line.text),
    ['two'],
  )
  pass(4000)
  t.deepEqual(await readLines(), [])
  pass(1000)
  t.deepEqual(
    (await readLines()).map(line => [line.text, line.flags]),
    [['half', LINE_UNTERMINATED]],
  )
  await look()
  ackAll()
  t.is(source.status().openFiles, 0)
  t.deepEqual(source.status().files, [])
  addsUp(t, source.status())
})

test('bytes after a line that was given up are flagged as its continuation', async t => {
  const dir = await makeTempDir(t)
  const { readLines, pass } = follow(t, dir)
  await writeFile(join(dir, 'a.log'), 'one\nha')
  await readLines()
  await rename(join(dir, 'a.log'), join(dir, 'a.log.1'))
  await readLines()
  pass(60_000)
  t.deepEqual(
    (await readLines()).map(line => [line.text, line.flags]),
    [['ha', LINE_UNTERMINATED]],
  )
  await appendFile(join(dir, 'a.log.1'), 'lf\ntwo\n')
  t.deepEqual(
    (await readLines()).map(line => [line.text, line.flags]),
    [
      ['lf', LINE_CONTINUED],
      ['two', 0],
    ],
  )
})

test('a file belongs to the first group that matches it', async t => {
  const dir = await makeTempDir(t)
  const groups = [
    { paths: [join(dir, 'a*')], fields: { first: true } },
    { paths: [join(dir, '*')], fields: {} },
  ]
  const { look } = follow(t, dir, { groups })
  await writeFile(join(dir, 'a.log'), 'a\n')
  await writeFile(join(dir, 'b.log'), 'b\n')
  const runs = (await look()).flatMap(batch => batch.runs)
  t.deepEqual(
    runs.map(run => [run.bytes.toString(), run.origin.fields]),
    [
      ['a\n', { first: true }],
      ['b\n', {}],
    ],
  )
})

test('at most maxOpenFiles files are open, and all are read', async t => {
  const dir = await makeTempDir(t)
  const { readTexts, source } = follow(t, dir, { limits: { maxOpenFiles: 3 } })
  const names = Array.from({ length: 20 }, (_, i) => `f${String(i).padStart(2, '0')}`)
  for (const name of names) await writeFile(join(dir, name), `${name}\n`)
  t.deepEqual(await readTexts(), names)
  t.is(source.status().openFiles, 3)
  for (const name of names) await appendFile(join(dir, name), `${name} again\n`)
  t.deepEqual(
    (await readTexts()).sort(),
    names.map(name => `${name} again`),
  )
})

test('a file that was found is read to its end, although it is deleted or renamed before it is read', async t => {
  const dir = await makeTempDir(t)
  const { source, readTexts } = follow(t, dir, { groups: [{ paths: [join(dir, '*.log')] }] })
  const names = Array.from({ length: 40 }, (_, i) => `${String(i).padStart(2, '0')}.log`)
  for (const name of names) await writeFile(join(dir, name), `${name}\n`)
  await source.poll()
  for (const name of names.slice(20)) await rm(join(dir, name))
  for (const name of names.slice(0, 20)) await rename(join(dir, name), join(dir, `${name}.old`))
  t.deepEqual((await readTexts()).toSorted(), names)
  addsUp(t, source.status())
})

test('a link that leads elsewhere before its file was read leaves no line behind', async t => {
  const dir = await makeTempDir(t)
  const link = join(dir, 'app.log')
  const [first, second] = await Promise.all([makeTempDir(t), makeTempDir(t)])
  const { source, readTexts } = follow(t, dir)
  await writeFile(join(first, '0.log'), 'one\n')
  await writeFile(join(second, '1.log'), 'two\n')
  await symlink(join(first, '0.log'), link)
  await source.poll()
  await rm(link)
  await symlink(join(second, '1.log'), link)
  t.deepEqual((await readTexts()).toSorted(), ['one', 'two'])
  addsUp(t, source.status())
})

test('files that were read to their end are closed first, for files with unread bytes', async t => {
  const dir = await makeTempDir(t)
  const { source, readTexts } = follow(t, dir, { limits: { maxOpenFiles: 2 } })
  for (const name of ['a', 'b']) await writeFile(join(dir, name), `${name}\n`)
  await readTexts()
  for (const name of ['c', 'd', 'e']) await writeFile(join(dir, name), `${name}\n`)
  await source.poll()
  t.is(source.status().openFiles, 2)
  for (const name of ['c', 'd']) await rm(join(dir, name))
  t.deepEqual((await readTexts()).toSorted(), ['c', 'd', 'e'])
  addsUp(t, source.status())
})

test('where the system has no descriptor left, another file is closed for the one that is opened', async t => {
  const dir = await makeTempDir(t)
  const { source, readTexts } = follow(t, dir)
  for (const name of ['a', 'b', 'c']) await writeFile(join(dir, name), `${name}\n`)
  await readTexts()
  await writeFile(join(dir, 'd'), 'd\n')
  const openFiles = source.status().openFiles
  const heal = before(t, ['open', join(dir, 'd')], () => {
    if (source.status().openFiles === openFiles) throw Object.assign(new Error('too many'), { code: 'EMFILE' })
  })
  t.deepEqual(await readTexts(), ['d'])
  heal()
  t.is(source.status().openFiles, openFiles)
})

test('a small file is read in the first batch beside a large one', async t => {
  const dir = await makeTempDir(t)
  const { look } = follow(t, dir, { limits: { chunkBytes: 4096, batchBytes: 10_000 } })
  await writeFile(join(dir, 'big'), 'x'.repeat(99).concat('\n').repeat(1000))
  await writeFile(join(dir, 'small'), 'small\n')
  const [first] = await look()
  t.true(first!.runs.some(run => run.bytes.toString() === 'small\n'))
})

test('a long line is read in pieces, none longer than the maximum, and nothing is lost', async t => {
  const dir = await makeTempDir(t)
  const { look } = follow(t, dir, { groups: [{ maxLineBytes: 10_000 }], limits: { chunkBytes: 1000 } })
  const text = `${'é'.repeat(50_000)}\nshort\n`
  await writeFile(join(dir, 'a.log'), text)
  const runs = (await look()).flatMap(batch => batch.runs)
  t.is(Buffer.concat(runs.map(run => run.bytes)).toString(), text)
  t.true(runs.every(run => run.bytes.length <= 1024 * 1024))
  t.is(runs.flatMap(run => [...run.ends]).length, 11)
})

test('batches have at most batchLines lines and batchBytes bytes', async t => {
  const dir = await makeTempDir(t)
  const { look } = follow(t, dir, { limits: { batchLines: 7, batchBytes: 100, chunkBytes: 64 } })
  const lines = Array.from({ length: 100 }, (_, i) => `line ${i} ${'x'.repeat(i % 30)}`)
  await writeFile(join(dir, 'a.log'), `${lines.join('\n')}\n`)
  const batches = await look()
  t.true(batches.every(batch => batch.lineCount <= 7 && batch.byteCount <= 100))
  t.deepEqual(
    Buffer.concat(batches.flatMap(batch => batch.runs.map(run => run.bytes)))
      .toString()
      .split('\n'),
    [...lines, ''],
  )
  t.deepEqual(
    batches.map(batch => batch.sequence),
    batches.map((_, i) => i + 1),
  )
})
