import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, mkdir, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, fail, hookReads } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText, type Followed, type FollowOptions } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A file that is followed, and the path of a copy of it that is still to be made. */
async function followOriginal(t: ExecutionContext, options: FollowOptions = {}) {
  const dir = await makeTempDir(t)
  const [original, copy] = [join(dir, 'a.log'), join(dir, 'a.log.1')]
  await writeFile(original, toText(history))
  return { ...follow(t, dir, options), dir, original, copy }
}

type Original = Awaited<ReturnType<typeof followOriginal>>

/** None of its lines arrived twice, and its original is still followed. */
async function isTakenForCopy(t: ExecutionContext, { original, readTexts, source }: Original): Promise<void> {
  await truncate(original)
  t.deepEqual(await readTexts(), [])
  await appendFile(original, 'next\n')
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
}

function failAfter(t: ExecutionContext, path: string, opens: number): () => void {
  let count = 0
  return before(t, ['open', path], () => {
    if (++count > opens) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  })
}

test('a copy that is held back and cannot be kept open is not read', async t => {
  const setup = await followOriginal(t)
  const { original, copy, readTexts } = setup
  await readTexts()
  await copyFile(original, copy)
  const heal = failAfter(t, copy, 1)
  t.deepEqual(await readTexts(), [])
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), [])
  await isTakenForCopy(t, setup)
})

test('a copy that is held back and cannot be opened again at one look stays held back', async t => {
  const setup = await followOriginal(t, { limits: { maxOpenFiles: 1 } })
  const { original, copy, readTexts } = setup
  await readTexts()
  await copyFile(original, copy)
  t.deepEqual(await readTexts(), [])
  const heal = fail(t, ['open', copy], 'EMFILE')
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), [])
  await isTakenForCopy(t, setup)
})

test('a copy whose original cannot be opened for a moment is held back', async t => {
  const setup = await followOriginal(t, { groups: [{ deadTimeMs: 1000 }] })
  const { original, copy, readTexts, pass, source } = setup
  await readTexts()
  pass(1000)
  await readTexts()
  t.is(source.status().openFiles, 0)
  await copyFile(original, copy)
  const heal = fail(t, ['open', original], 'EMFILE')
  t.deepEqual(await readTexts(), [])
  heal()
  await isTakenForCopy(t, setup)
})

test('a copy that is held back stays held back while its directory cannot be listed', async t => {
  const setup = await followOriginal(t)
  const { dir, original, copy, readTexts } = setup
  await readTexts()
  await copyFile(original, copy)
  t.deepEqual(await readTexts(), [])
  const heal = fail(t, ['readdir', dir], 'EMFILE')
  t.deepEqual(await readTexts(), [])
  heal()
  await isTakenForCopy(t, setup)
})

for (const name of ['a.log', 'a.log.1']) {
  test(`a look continues if ${name} of a copy and its original cannot be read, and the copy stays held back`, async t => {
    const setup = await followOriginal(t)
    const { dir, original, copy, readTexts } = setup
    const { failWith } = hookReads(t, join(dir, name))
    await readTexts()
    await copyFile(original, copy)
    t.deepEqual(await readTexts(), [])
    failWith('EIO')
    await writeFile(join(dir, 'other.log'), 'other\n')
    t.deepEqual(await readTexts(), ['other'])
    failWith(undefined)
    t.deepEqual(await readTexts(), [])
    await isTakenForCopy(t, setup)
  })
}

test('a copy that was held back when a run stopped is recognised by the next run', async t => {
  const state = new MemoryState()
  const first = await followOriginal(t, { state })
  const { dir, original, copy, readTexts, source } = first
  await readTexts()
  await copyFile(original, copy)
  t.deepEqual(await readTexts(), [])
  await source.close()
  const second: Followed = follow(t, dir, { state })
  t.deepEqual(await second.readTexts(), [])
  await isTakenForCopy(t, { ...first, ...second })
})

test('a copy that was held back when a run stopped, and whose original was truncated since, continues at the position of the original', async t => {
  const state = new MemoryState()
  const { dir, original, copy, readTexts, source } = await followOriginal(t, { state })
  await readTexts()
  await copyFile(original, copy)
  t.deepEqual(await readTexts(), [])
  await source.close()
  await appendFile(copy, 'unread\n')
  await truncate(original)
  const second = follow(t, dir, { state })
  t.deepEqual(await second.readTexts(), ['unread'])
  addsUp(t, second.source.status())
})

test('a file that cannot be opened at the first look begins at its end once it can', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, 'old\n')
  const heal = fail(t, ['open', path], 'EACCES')
  const { readTexts, source } = follow(t, dir, { groups: [{ startPosition: 'end' }] })
  t.deepEqual(await readTexts(), [])
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), [])
  await appendFile(path, 'new\n')
  t.deepEqual(await readTexts(), ['new'])
  addsUp(t, source.status())
})

test('a known file that cannot be opened at the first look continues at its position', async t => {
  const state = new MemoryState()
  const { dir, original, readTexts, source } = await followOriginal(t, { state })
  await readTexts()
  await source.close()
  await copyFile(original, join(dir, 'other-inode'))
  await rm(original)
  await rename(join(dir, 'other-inode'), original)
  const heal = fail(t, ['open', original], 'EACCES')
  const second = follow(t, dir, { state })
  t.deepEqual(await second.readTexts(), [])
  heal()
  await appendFile(original, 'new\n')
  t.deepEqual(await second.readTexts(), ['new'])
})

test('a file that could not be opened for a moment is not identified as the copy of a truncated one by a few equal bytes', async t => {
  const dir = await makeTempDir(t)
  const { readTexts } = follow(t, dir)
  const [path, other] = [join(dir, 'a.log'), join(dir, 'b.log')]
  await writeFile(path, 'date,time\n')
  await readTexts()
  await writeFile(other, 'date,time\nown\n')
  await truncate(path)
  let opens = 0
  before(t, ['open', other], () => {
    if (++opens === 1) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  })
  const texts = [...(await readTexts()), ...(await readTexts())]
  t.deepEqual(texts, ['date,time', 'own'])
})

test('a file that left all patterns between two runs is found even if its directory cannot be listed at the first look', async t => {
  const state = new MemoryState()
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const options = { state, groups: [{ paths: [path] }] }
  await writeFile(path, 'one\n')
  const first = follow(t, dir, options)
  await first.readTexts()
  await first.source.close()
  await appendFile(path, 'two\n')
  await rename(path, join(dir, 'old'))
  const heal = fail(t, ['readdir', dir], 'EMFILE')
  const { readTexts } = follow(t, dir, options)
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), ['two'])
})

test('a file that was moved into a directory below between two runs is found even if that cannot be listed at the first look', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const below = join(dir, 'old')
  const state = new MemoryState()
  const groups = [{ paths: [path] }]
  const first = follow(t, dir, { state, groups })
  await writeFile(path, toText(history))
  const sent = (await first.look()).flatMap(toLines)
  await first.source.close()
  await mkdir(below)
  await rename(path, join(below, 'a.log.1'))
  const next = follow(t, dir, { state: state.afterKill(), groups })
  const heal = fail(t, ['readdir', below], 'EMFILE')
  t.deepEqual([...(await next.readLines()), ...(await next.readLines())], [])
  heal()
  t.deepEqual(await next.readLines(), sent)
  t.is(next.source.status().bytes.unconfirmed, 0)
  addsUp(t, next.source.status())
})

test('unread bytes of a closed file that left all patterns are not lost while its directory cannot be listed', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path], deadTimeMs: 1000 }] })
  await writeFile(path, 'one\n')
  await readTexts()
  pass(1000)
  await readTexts()
  await appendFile(path, 'two\n')
  const allow = fail(t, ['open', path], 'EACCES')
  await source.poll()
  allow()
  await rename(path, join(dir, 'old'))
  const heal = fail(t, ['readdir', dir], 'EMFILE')
  t.deepEqual(await readTexts(), [])
  t.is(source.status().bytes.lost.deleted, 0)
  heal()
  t.deepEqual(await readTexts(), ['two'])
  addsUp(t, source.status())
})

test('a truncated file waits longer for a copy that cannot be opened than for a missing one', async t => {
  const setup = await followOriginal(t)
  const { original, copy, readTexts, pass, source } = setup
  await readTexts()
  await appendFile(original, 'unread\n')
  await copyFile(original, copy)
  await truncate(original)
  const heal = fail(t, ['open', copy], 'EACCES')
  t.deepEqual(await readTexts(), [])
  pass(11_000)
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), ['unread'])
  addsUp(t, source.status())
})

for (const code of ['EMFILE', 'EACCES']) {
  test(`an unread file whose directory cannot be listed (${code}) at a look is not reported as vanished`, async t => {
    const dir = await makeTempDir(t)
    const { readTexts, source, logLines } = follow(t, dir)
    await writeFile(join(dir, 'a.log'), 'one\n')
    await source.poll()
    const heal = fail(t, ['readdir', dir], code)
    await source.poll()
    heal()
    t.is(source.status().bytes.lost.deleted, 0)
    t.deepEqual(await readTexts(), ['one'])
    t.deepEqual(
      logLines.filter(({ level }) => level === 'error'),
      [],
    )
    addsUp(t, source.status())
  })
}

test('a closed file that grew and left all patterns while its directory could not be listed is read to its end', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { readTexts, source, pass } = follow(t, dir, { groups: [{ paths: [path], deadTimeMs: 1000 }] })
  await writeFile(path, 'one\n')
  await readTexts()
  pass(1000)
  await readTexts()
  t.is(source.status().openFiles, 0)
  const heal = fail(t, ['readdir', dir], 'EMFILE')
  await appendFile(path, 'two\n')
  await rename(path, join(dir, 'old'))
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), ['two'])
  addsUp(t, source.status())
})
