import test from 'ava'
import { rmSync, truncateSync } from 'node:fs'
import { appendFile, copyFile, mkdir, rename, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { before, fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toLines, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a copy that is held back and could not be kept open is not read while the directory above cannot be listed', async t => {
  const dir = await makeTempDir(t)
  const [original, copy] = [join(dir, 'below', 'a.log'), join(dir, 'below', 'a.log.1')]
  await mkdir(join(dir, 'below'))
  await writeFile(original, toText(history))
  const { readTexts, source } = follow(t, dir, { groups: [{ paths: [join(dir, '*', '*')] }] })
  await readTexts()
  await copyFile(original, copy)
  let opens = 0
  const endShortage = before(t, ['open', copy], () => {
    if (++opens > 1) throw Object.assign(new Error('EMFILE'), { code: 'EMFILE' })
  })
  t.deepEqual(await readTexts(), [])
  endShortage()
  const endBlindness = fail(t, ['readdir', dir], 'EMFILE')
  t.deepEqual(await readTexts(), [])
  endBlindness()
  await truncate(original)
  t.deepEqual(await readTexts(), [])
  await appendFile(original, 'next\n')
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().copies, 1)
  addsUp(t, source.status())
})

test('a copy that lacks the last lines is skipped as a whole although these were in flight for minutes, and it was renamed', async t => {
  const dir = await makeTempDir(t)
  const { look, ackAll, pass, source } = follow(t, dir)
  const path = join(dir, 'a.log')
  const copied = [...history, 'in the copy']
  await writeFile(path, toText([...copied, 'and not in the copy']))
  t.deepEqual((await look()).flatMap(toLines).length, copied.length + 1)
  pass(61_000)
  await look()
  await writeFile(`${path}.1`, toText(copied))
  await truncate(path)
  t.deepEqual(await look(), [])
  await rename(`${path}.1`, `${path}.2`)
  t.deepEqual(await look(), [])
  pass(61_000)
  for (let i = 0; i < 3; i++) t.deepEqual(await look(), [])
  ackAll()
  t.deepEqual(await look(), [])
  t.is(source.status().copiesByReason['earlier copy'].files, 1)
  t.is(source.status().bytes.copied, toText(copied).length)
  addsUp(t, source.status())
})

test('a copy that is compressed while a look is under way, which saw its original before the truncation, is skipped', async t => {
  const dir = await makeTempDir(t)
  const [original, copy] = [join(dir, 'a.log'), join(dir, 'a.log.1')]
  await writeFile(original, toText(history))
  const { readTexts, source } = follow(t, dir)
  await readTexts()
  await copyFile(original, copy)
  t.deepEqual(await readTexts(), [])
  const end = before(t, ['stat', copy], () => {
    truncateSync(original)
    rmSync(copy)
  })
  t.deepEqual(await readTexts(), [])
  end()
  await appendFile(original, 'next\n')
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().copies, 1)
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})
