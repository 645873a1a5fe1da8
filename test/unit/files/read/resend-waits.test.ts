import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fail } from '../../../helpers/files/file-hooks.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, toLines } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a batch waits for all its files that cannot be opened for a minute together', async t => {
  const dir = await makeTempDir(t)
  const paths = ['a.log', 'b.log', 'c.log'].map(name => join(dir, name))
  for (const path of paths) await writeFile(path, 'one\n')
  const state = new MemoryState()
  const first = follow(t, dir, { state })
  t.is((await first.look())[0]!.runs.length, 3)
  await first.source.close()
  for (const path of paths.slice(0, 2)) fail(t, ['open', path], 'EACCES')
  const { look, pass, source } = follow(t, dir, { state })
  t.deepEqual(await look(), [])
  pass(59_999)
  t.deepEqual(await look(), [])
  t.is(source.status().bytes.unconfirmed, 0)
  pass(1)
  const lines = (await look()).flatMap(toLines)
  t.deepEqual(
    lines.map(({ path, text }) => [path, text]),
    [[paths[2], 'one']],
  )
  t.is(source.status().bytes.unconfirmed, 8)
  addsUp(t, source.status())
})
