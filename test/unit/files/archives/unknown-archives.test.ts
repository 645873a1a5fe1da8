import { appendFile, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import type { FileGroup } from '../../../../src/files/contract.ts'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import {
  follow,
  history,
  makeGroup,
  toText,
  type Followed,
  type FollowOptions,
} from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

async function prepare(t: ExecutionContext, group: Partial<FileGroup> = { archives: true }) {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const start = (options: FollowOptions = {}) => follow(t, dir, { state, groups: [group], ...options })
  return { dir, state, start }
}

/** `number` makes a content that no other archive has. */
function makeText(number: number): string {
  return toText(history.map(line => `${number}: ${line}`))
}

async function readAll({ readTexts, pass }: Followed, looks = 10): Promise<readonly string[]> {
  const texts: string[] = []
  for (let i = 0; i < looks; i++) {
    texts.push(...(await readTexts()))
    pass(1000)
  }
  return texts
}

test('without "archives" a compressed file without a known original is left out, and one line in the log counts all of them', async t => {
  const { dir, start } = await prepare(t, {})
  for (const number of [1, 2, 3]) await writeFile(join(dir, `a.log.${number}.gz`), compress(makeText(number), 'gzip'))
  await writeFile(join(dir, 'a.log'), 'one\n')
  const followed = start()
  t.deepEqual(await readAll(followed), ['one'])
  await writeFile(join(dir, 'later.zst'), compress('later\n', 'zstd'))
  t.deepEqual(await readAll(followed), [])
  const { logLines, source } = followed
  const counts = logLines.filter(({ message }) => message.startsWith('not reading compressed files'))
  t.deepEqual(
    counts.map(({ level, fields }) => [level, fields]),
    [['info', { archives: 3, example: join(dir, 'a.log.1.gz') }]],
  )
  t.is(source.status().archivesLeftOut, 4)
  t.deepEqual(
    source.status().files.map(({ path }) => path),
    [join(dir, 'a.log')],
  )
  addsUp(t, source.status())
})

test('with "archives" each compressed file is read once, under its own path, and not again after restarts and renames', async t => {
  const { dir, start } = await prepare(t)
  await writeFile(join(dir, 'a.log.1.gz'), compress(makeText(1), 'gzip'))
  await writeFile(join(dir, 'a.log.2.zst'), compress(makeText(2), 'zstd'))
  const first = start()
  const lines = await first.readLines()
  t.deepEqual(lines.map(({ text }) => `${text}\n`).join(''), makeText(1) + makeText(2))
  t.deepEqual([...new Set(lines.map(({ path }) => path))], [join(dir, 'a.log.1.gz'), join(dir, 'a.log.2.zst')])
  t.deepEqual(await readAll(first), [])
  await rename(join(dir, 'a.log.1.gz'), join(dir, 'a.log.3.gz'))
  t.deepEqual(await readAll(first, 100), [])
  await first.source.close()
  await rename(join(dir, 'a.log.2.zst'), join(dir, 'a.log.4.zst'))
  const second = start()
  t.deepEqual(await readAll(second), [])
  t.is(second.source.status().openFiles, 0)
  addsUp(t, second.source.status())
})

test('an archive that is half read is read on after a restart', async t => {
  const { dir, start } = await prepare(t)
  await writeFile(join(dir, 'a.log.1.gz'), compress(toText(history), 'gzip'))
  const first = start({ limits: { batchLines: 10 } })
  const [batch] = await first.look()
  void first.source.commit(batch!)
  await first.source.close()
  const second = start()
  t.deepEqual(await readAll(second), history.slice(10))
})

test('an archive that comes back is not read again', async t => {
  const { dir, start, state } = await prepare(t)
  const path = join(dir, 'a.log.1.gz')
  await writeFile(path, compress(toText(history), 'gzip'))
  const followed = start()
  t.deepEqual(await readAll(followed), history)
  await rm(path)
  t.deepEqual(await readAll(followed), [])
  await writeFile(path, compress(toText(history), 'zstd'))
  t.deepEqual(await readAll(followed), [])
  t.is(followed.source.status().bytes.copied, toText(history).length)
  const evidence = [...state.files.values()].map(record => record.evidence)
  t.deepEqual(evidence, ['an archive of bytes that were read'])
  t.deepEqual(followed.source.status().copiesByReason.archive, { files: 1, bytes: toText(history).length })
  addsUp(t, followed.source.status())
})

for (const [when, looks] of [
  ['at once', 1],
  ['after it was given up', 100],
  ['after it was finished', 100_000],
] as const) {
  for (const kind of ['gzip', 'zstd'] as const) {
    test(`an archive (${kind}) whose original was read and vanished is not read, if it is made ${when}`, async t => {
      const { dir, start } = await prepare(t, { archives: true })
      const path = join(dir, 'a.log.1')
      await writeFile(path, toText(history))
      const followed = start()
      t.deepEqual(await readAll(followed), history)
      const bytes = compress(toText(history), kind)
      await rm(path)
      if (looks > 1) await readAll(followed, 3)
      followed.pass(looks * 1000)
      if (looks > 1) await readAll(followed, 3)
      await writeFile(`${path}.${kind === 'gzip' ? 'gz' : 'zst'}`, bytes)
      t.deepEqual(await readAll(followed, 80), [])
      await followed.source.close()
      t.deepEqual(await readAll(start()), [])
      addsUp(t, followed.source.status())
    })
  }
}

test('the lines that were lost with an original, and only those, are read in its archive', async t => {
  const { dir, start, state } = await prepare(t)
  const path = join(dir, 'a.log.1')
  await writeFile(path, toText(history))
  const first = start()
  await readAll(first)
  await rm(path)
  await readAll(first, 3)
  first.pass(5000)
  await readAll(first, 3)
  await first.source.close()
  t.is(state.finished.size, 1)
  await writeFile(`${path}.gz`, compress(toText([...history, 'lost one']), 'gzip'))
  const second = start()
  t.deepEqual(await readAll(second), ['lost one'])
  t.is(second.source.status().bytes.copied, toText(history).length)
  addsUp(t, second.source.status())
})

test('archives that exist when "archives" is set for the first time count as skipped with startPosition "end", later ones are read', async t => {
  const { dir, start } = await prepare(t, { archives: true, startPosition: 'end' })
  await writeFile(join(dir, 'a.log.1.gz'), compress(makeText(1), 'gzip'))
  await writeFile(join(dir, 'a.log.2.zst'), compress(makeText(2), 'zstd'))
  const first = start()
  t.deepEqual(await readAll(first), [])
  const skipped = makeText(1).length + compress(makeText(2), 'zstd').length
  t.is(first.source.status().bytes.skipped, skipped)
  await writeFile(join(dir, 'b.log.1.gz'), compress('later\n', 'gzip'))
  t.deepEqual(await readAll(first), ['later'])
  addsUp(t, first.source.status())
  await first.source.close()
  await writeFile(join(dir, 'c.log.1.gz'), compress('while stopped\n', 'gzip'))
  t.deepEqual(await readAll(start()), ['while stopped'])
})

for (const [startPosition, expected] of [
  ['end', []],
  ['beginning', history],
] as const) {
  test(`archives that exist when "archives" is switched on at runtime are ${startPosition === 'end' ? 'skipped' : 'read'} with startPosition "${startPosition}"`, async t => {
    const { dir, start } = await prepare(t, { startPosition })
    await writeFile(join(dir, 'a.log'), 'one\n')
    const followed = start()
    await readAll(followed)
    await writeFile(join(dir, 'a.log.1.gz'), compress(toText(history), 'gzip'))
    t.deepEqual(await readAll(followed), [])
    await followed.source.reconfigure([makeGroup(dir, { startPosition, archives: true })], {})
    t.deepEqual(await readAll(followed), expected)
    t.is(followed.source.status().bytes.skipped, startPosition === 'end' ? toText(['one', ...history]).length : 0)
    addsUp(t, followed.source.status())
  })
}

test('"archives" that is switched off at runtime leaves an archive that is being read to its end', async t => {
  const { dir, start } = await prepare(t)
  await writeFile(join(dir, 'a.log.1.gz'), compress(toText(history), 'gzip'))
  const followed = start({ limits: { batchLines: 10 } })
  const [batch] = await followed.look()
  t.is(batch!.lineCount, 10)
  await followed.source.reconfigure([makeGroup(dir)], {})
  await writeFile(join(dir, 'a.log.2.gz'), compress(makeText(2), 'gzip'))
  t.deepEqual(await readAll(followed, 80), [])
  t.is(followed.source.status().bytes.acked, toText(history).length)
  t.is(followed.source.status().openFiles, 0)
})

test('many archives are read, at most four of them open at a time', async t => {
  const { dir, start } = await prepare(t)
  for (let i = 0; i < 30; i++) await writeFile(join(dir, `${i}.gz`), compress(makeText(i), 'gzip'))
  const followed = start()
  const texts = new Set<string>()
  for (let i = 0; i < 30; i++) {
    for (const text of await followed.readTexts()) texts.add(text)
    t.true(followed.source.status().openFiles <= 4)
  }
  t.is(texts.size, 30 * history.length)
})

test('a damaged archive is one error that names it, until it is replaced', async t => {
  const { dir, start } = await prepare(t)
  const path = join(dir, 'a.log.1.gz')
  const bytes = compress(toText(history), 'gzip')
  await writeFile(path, Buffer.from(bytes).fill(0xff, 60, 90))
  await writeFile(join(dir, 'b.log.1.gz'), compress('whole\n', 'gzip'))
  const followed = start()
  t.deepEqual(await readAll(followed, 100), ['whole'])
  const errors = followed.logLines.filter(({ level }) => level === 'error')
  t.deepEqual(
    errors.map(({ fields }) => fields.path),
    [path],
  )
  await writeFile(path, bytes)
  t.deepEqual(await readAll(followed), history)
  addsUp(t, followed.source.status())
})

test('a file that has the name of an archive and does not begin as one is followed as any other', async t => {
  const { dir, start } = await prepare(t, {})
  await writeFile(join(dir, 'text.gz'), 'one\n')
  const followed = start()
  t.deepEqual(await readAll(followed), ['one'])
  await appendFile(join(dir, 'text.gz'), 'two\n')
  t.deepEqual(await readAll(followed), ['two'])
  t.is((await readFile(join(dir, 'text.gz'))).length, 8)
})

test('a compressed copy of a file that is still followed is not read while the two are equal', async t => {
  const { dir, start } = await prepare(t)
  await writeFile(join(dir, 'a.log'), toText(history))
  const followed = start()
  await readAll(followed)
  await writeFile(join(dir, 'a.log.gz'), compress(toText(history), 'gzip'))
  t.deepEqual(await readAll(followed, 30), [])
  await appendFile(join(dir, 'a.log'), 'more\n')
  t.deepEqual(await readAll(followed, 30), ['more'])
})
