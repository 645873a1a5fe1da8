import test, { type ExecutionContext } from 'ava'
import { appendFile, copyFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { fail } from '../../../helpers/files/file-hooks.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A log of which this was read; it is closed, and cannot be opened while it is truncated and written again. */
async function truncateUnopened(t: ExecutionContext, lines: readonly string[]) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(lines))
  const followed = follow(t, dir, { groups: [{ deadTimeMs: 1000 }] })
  await followed.readTexts()
  followed.pass(1000)
  await followed.readTexts()
  t.is(followed.source.status().openFiles, 0)
  const heal = fail(t, ['open', path], 'EMFILE')
  await writeFile(path, toText(lines.slice(0, -1)))
  t.deepEqual(await followed.readTexts(), [])
  t.is(followed.source.status().truncations, 1)
  heal()
  await appendFile(path, toText(lines.slice(-1)))
  return { ...followed, path, dir }
}

test('a log that was truncated comes whole if a look that could not open it saw it shorter, although it has the same bytes again', async t => {
  const { readTexts, source } = await truncateUnopened(t, history)
  t.deepEqual(await readTexts(), history)
  addsUp(t, source.status())
})

for (const lines of [history, history.slice(0, 3)]) {
  const amount = lines === history ? 'many lines' : 'few lines'
  test(`the copy of a log of ${amount} is sent if the log had the same bytes before a truncation that was seen while it could not be opened`, async t => {
    const { readTexts, source, path } = await truncateUnopened(t, lines)
    await copyFile(path, `${path}.1`)
    await truncate(path)
    await appendFile(path, 'next\n')
    t.deepEqual((await readTexts()).toSorted(), [...lines, 'next'].toSorted())
    t.is(source.status().copies, 0)
    addsUp(t, source.status())
  })
}
