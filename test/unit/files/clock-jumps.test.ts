import test from 'ava'
import { copyFile, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DEFAULT_LIMITS } from '../../../src/files/contract.ts'
import { follow, history, toText } from '../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const HOUR_MS = 3_600_000
const jumps = [
  ['back', -HOUR_MS],
  ['forward', HOUR_MS],
] as const

for (const [direction, jumpMs] of jumps) {
  test(`a deleted file is given up after its quiet time if the wall clock jumps ${direction}`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), 'one\n')
    const { source, readTexts, pass, jump } = follow(t, dir)
    t.deepEqual(await readTexts(), ['one'])
    await rm(join(dir, 'a.log'))
    await source.poll()
    jump(jumpMs)
    pass(DEFAULT_LIMITS.deletedQuietMs - 1)
    await source.poll()
    t.is(source.status().openFiles, 1)
    pass(1)
    await source.poll()
    t.is(source.status().openFiles, 0)
  })

  test(`a file that may be a copy is held back as long as ever if the wall clock jumps ${direction}`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), toText([...history, 'last']))
    const { readTexts, pass, jump } = follow(t, dir)
    await readTexts()
    await copyFile(join(dir, 'a.log'), join(dir, 'b.log'))
    t.deepEqual(await readTexts(), [])
    jump(jumpMs)
    pass(DEFAULT_LIMITS.copyHoldMs - 1)
    t.deepEqual(await readTexts(), [])
    pass(1)
    t.deepEqual(await readTexts(), [...history, 'last'])
  })

  test(`a truncated file waits for its copy as long as ever if the wall clock jumps ${direction}`, async t => {
    const dir = await makeTempDir(t)
    const path = join(dir, 'a.log')
    await writeFile(path, toText(history))
    const { source, readTexts, pass, jump } = follow(t, dir)
    await readTexts()
    await writeFile(path, `${toText(history)}unread\n`)
    await source.poll()
    await truncate(path, 0)
    await readTexts()
    const lost = () => source.status().bytes.lost.truncated
    jump(jumpMs)
    pass(DEFAULT_LIMITS.copyWaitMs - 1)
    await source.poll()
    t.is(lost(), 0)
    pass(1)
    await source.poll()
    t.is(lost(), 'unread\n'.length)
  })

  test(`an idle file is closed after its dead time if the wall clock jumps ${direction}`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'a.log'), 'one\n')
    const { source, readTexts, pass, jump } = follow(t, dir, { groups: [{ deadTimeMs: 60_000 }] })
    await readTexts()
    jump(jumpMs)
    pass(59_999)
    await source.poll()
    t.is(source.status().openFiles, 1)
    pass(1)
    await source.poll()
    t.is(source.status().openFiles, 0)
  })

  test(`batches and records have the time of the wall clock after it jumps ${direction}`, async t => {
    const dir = await makeTempDir(t)
    const state = new MemoryState()
    const nowMs = 1_800_000_000_000
    const { readLines, jump } = follow(t, dir, { nowMs, registry: new MemoryRegistry(state) })
    jump(jumpMs)
    await writeFile(join(dir, 'a.log'), 'one\n')
    t.is((await readLines())[0]?.timeMs, nowMs + jumpMs)
    t.is([...state.files.values()][0]?.seenAtMs, nowMs + jumpMs)
  })
}

test('a record of a file that went is forgotten a day after that, over restarts', async t => {
  const dir = await makeTempDir(t)
  const state = new MemoryState()
  const nowMs = 1_800_000_000_000
  await writeFile(join(dir, 'a.log'), 'one\n')
  const first = follow(t, dir, { state, nowMs, groups: [{ deadTimeMs: 0 }] })
  await first.readTexts()
  await first.source.poll()
  await rm(join(dir, 'a.log'))
  await first.source.poll()
  await first.source.close()
  t.true([...state.files.values()][0]?.isGone)
  for (const [laterMs, expected] of [
    [DEFAULT_LIMITS.forgetMs - 1, 1],
    [DEFAULT_LIMITS.forgetMs, 0],
  ] as const) {
    const next = follow(t, dir, { state, nowMs: nowMs + laterMs })
    await next.source.poll()
    await next.source.close()
    t.is(state.files.size, expected)
  }
})
