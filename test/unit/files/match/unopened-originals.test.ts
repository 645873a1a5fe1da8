import test, { type ExecutionContext } from 'ava'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, history, toText } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** A log whose lines are acked, and that is copied and truncated while no agent runs; at the start it cannot be opened. */
async function startBlind(t: ExecutionContext) {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  await writeFile(path, toText(history))
  const first = follow(t, dir, { state })
  t.is((await first.readTexts()).length, history.length)
  await first.source.close()
  await copyFile(path, join(dir, 'a.log.1'))
  await writeFile(path, 'next\n')
  const heal = fail(t, ['open', path], 'EMFILE')
  return { ...follow(t, dir, { state }), heal }
}

test('the copy of a file that cannot be opened at the start is skipped once that one is found truncated', async t => {
  const { readTexts, source, heal } = await startBlind(t)
  t.deepEqual(await readTexts(), [])
  heal()
  t.deepEqual(await readTexts(), ['next'])
  t.is(source.status().bytes.lost.truncated, 0)
  addsUp(t, source.status())
})

test('the copy of a file that cannot be opened after the start is read as a new file after two seconds', async t => {
  const { readTexts, source, pass } = await startBlind(t)
  t.deepEqual(await readTexts(), [])
  pass(2000)
  t.deepEqual(await readTexts(), history)
  addsUp(t, source.status())
})
