import test from 'ava'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createFilesSource } from '../../../src/files/source.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { addsUp } from '../../helpers/files/byte-account.ts'
import { makeGroup, toLines } from '../../helpers/files/followed.ts'
import { MemoryRegistry, MemoryState } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const LINES = 5000

/** As programs do that log through a memory map: a region of NULs at a time, and the end is cut off at last. */
const WRITER = `
import mmap, os, sys, time
region, size, at = 65536, 0, 0
fd = os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)
for i in range(${LINES}):
    line = f"line {i} {'x' * (i % 90)}\\n".encode()
    if at + len(line) > size:
        size += region
        os.ftruncate(fd, size)
        area = mmap.mmap(fd, size)
    area[at:at + len(line)] = line
    at += len(line)
    if i % 100 == 0: time.sleep(0.01)
area.close()
os.ftruncate(fd, at)
`

test('the lines of a program that writes through a memory map come once, over restarts, with no NUL and no loss', async t => {
  const dir = await makeTempDir(t)
  const writer = spawn('python3', ['-c', WRITER, join(dir, 'a.log')], { stdio: 'inherit' })
  t.teardown(() => writer.kill('SIGKILL'))
  const isWritten = once(writer, 'exit')
  const texts = new Map<string, string>()
  let state = new MemoryState()
  for (const part of [0.2, 0.5, 1]) {
    const registry = new MemoryRegistry(state)
    const limits = { pollMs: 20 }
    const source = createFilesSource({ groups: [makeGroup(dir)], registry, limits, log: silentLog, clock: Date.now })
    const stop = new AbortController()
    t.teardown(() => stop.abort())
    const following = (async () => {
      for (let batch = await source.next(stop.signal); batch; batch = await source.next(stop.signal)) {
        await registry.journal(batch)
        for (const { id, text } of toLines(batch)) texts.set(id, text)
        void source.commit(batch)
      }
    })()
    await until(() => texts.size >= LINES * part, `the lines are there up to ${part}`)
    if (part === 1) {
      await isWritten
      await source.poll()
      t.deepEqual(source.status().bytes.lost, { truncated: 0, deleted: 0, unreadable: 0 })
      addsUp(t, source.status())
    }
    stop.abort()
    await following
    await source.close()
    state = state.afterKill()
    state.makeDurable()
  }
  const expected = Array.from({ length: LINES }, (_, i) => `line ${i} ${'x'.repeat(i % 90)}`)
  t.deepEqual([...texts.values()], expected)
})
