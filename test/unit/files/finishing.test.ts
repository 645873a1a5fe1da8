import { appendFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { DEFAULT_LIMITS } from '../../../src/files/contract.ts'
import { hookReads } from '../../helpers/files/file-hooks.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { follow } from '../../helpers/files/followed.ts'
import { MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('a deleted file is finished after its last ack, and not before', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  await writeFile(path, 'one\ntwo\n')
  const { look, source, pass, ackAll } = follow(t, dir, { state, nowMs: 1_800_000_000_000 })
  await look()
  await rm(path)
  await source.poll()
  pass(DEFAULT_LIMITS.deletedQuietMs)
  await source.poll()
  t.like(state, { files: { size: 1 }, finished: { size: 0 } }, 'its lines are in flight')
  ackAll()
  t.is(state.files.size, 0)
  const endedAtMs = 1_800_000_000_000 + DEFAULT_LIMITS.deletedQuietMs
  const [finished] = [...state.finished.values()]
  t.like(finished, { path, size: 8, outcome: 'read', lostBytes: 0, endedAtMs, identity: { head: { length: 8 } } })
  t.is(source.status().files.length, 0)
})

test('a truncated file whose copy does not come is finished with the number of bytes that were lost', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const state = new MemoryState()
  await writeFile(path, 'one\n')
  const { readTexts, source, pass } = follow(t, dir, { state, limits: { batchLines: 1 } })
  await readTexts()
  await appendFile(path, 'two\n')
  await source.poll()
  await truncate(path)
  await source.poll()
  pass(DEFAULT_LIMITS.copyWaitMs)
  await source.poll()
  const [finished] = [...state.finished.values()]
  t.like(finished, { path, size: 4, outcome: 'truncated', lostBytes: 4 })
})

test('a file that was never read leaves no finished generation', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  await writeFile(join(dir, 'empty.log'), '')
  const { source, pass } = follow(t, dir, { state })
  await source.poll()
  await rm(join(dir, 'empty.log'))
  await source.poll()
  pass(DEFAULT_LIMITS.forgetMs)
  await source.poll()
  t.like(state, { files: { size: 0 }, finished: { size: 0 } })
})

test('a deleted file that cannot be read for a moment is read to its end', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  const { failWith } = hookReads(t, path)
  const { source, readTexts, pass } = follow(t, dir)
  await writeFile(path, 'one\n')
  await readTexts()
  await appendFile(path, 'two\n')
  failWith('EIO')
  await source.poll()
  await rm(path)
  t.deepEqual(await readTexts(), [])
  failWith(undefined)
  pass(1000)
  t.deepEqual(await readTexts(), ['two'])
  pass(5000)
  await source.poll()
  t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
  addsUp(t, source.status())
})
