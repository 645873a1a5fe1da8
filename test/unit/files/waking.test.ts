import { before, holdReads } from '../../helpers/files/file-hooks.ts'
import test from 'ava'
import { appendFile, open, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FilesSource } from '../../../src/files/contract.ts'
import { createFilesSource } from '../../../src/files/source.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { history, makeGroup, takeReady, toLines, toText } from '../../helpers/files/followed.ts'
import { MemoryRegistry } from '../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

/** New watches bring polls; none has come for a while after this. */
async function untilQuiet(source: FilesSource): Promise<void> {
  let polls = 0
  let quiet = 0
  const isQuiet = async () => {
    await sleep(50)
    quiet = source.status().polls === polls ? quiet + 1 : 0
    ;({ polls } = source.status())
    return quiet >= 4
  }
  await until(isQuiet, 'no poll comes')
}

test('a hint looks at a file only between two reads, and not after the end', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, 'one\n')
  const endHold = holdReads(t, path)
  const limits = { pollMs: 3_600_000 }
  const source = createFilesSource({
    groups: [makeGroup(dir)],
    registry: new MemoryRegistry(),
    limits,
    log: silentLog,
    clock: Date.now,
  })
  t.teardown(() => source.close())
  let looks = 0
  before(t, ['stat', path], () => void looks++)
  await source.poll()
  const { signal } = new AbortController()
  await untilQuiet(source)
  const first = source.next(signal)
  looks = 0
  for (let i = 0; i < 10; i++) {
    await appendFile(path, `more ${i}\n`)
    await sleep(30)
  }
  t.is(looks, 0)
  endHold()
  const texts = toLines((await first)!).map(({ text }) => text)
  await until(() => looks > 0, 'the hint was followed')
  t.is(texts[0], 'one')

  await appendFile(path, 'last\n')
  const closed = source.close()
  const looksAtEnd = looks
  await closed
  await sleep(30)
  t.is(looks, looksAtEnd)
})

test('a log that is rewritten with as many bytes while lines of it are unread is seen as another one at the look behind a hint', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, toText([...history, 'one']))
  const limits = { pollMs: 3_600_000 }
  const registry = new MemoryRegistry()
  const source = createFilesSource({ groups: [makeGroup(dir)], registry, limits, log: silentLog, clock: Date.now })
  t.teardown(() => source.close())
  await source.poll()
  t.is((await takeReady(source)).flatMap(toLines).length, history.length + 1)
  await appendFile(path, 'unread\n')
  await source.poll()
  await untilQuiet(source)
  let looks = 0
  before(t, ['stat', path], () => void looks++)
  const file = await open(path, 'r+')
  await file.write(toText([...history.map(line => line.replace('line', 'LINE')), 'two', 'UNREAD']))
  await file.close()
  await until(() => looks > 0, 'the hint was followed')
  t.is(source.status().truncations, 0)
  await source.poll()
  t.is(source.status().truncations, 1)
})

test('a log that is made after another one was written over is not its copy if a hint has shown the change before', async t => {
  const dir = await makeTempDir(t)
  const path = join(dir, 'a.log')
  await writeFile(path, toText(history))
  const limits = { pollMs: 3_600_000 }
  const registry = new MemoryRegistry()
  const source = createFilesSource({ groups: [makeGroup(dir)], registry, limits, log: silentLog, clock: Date.now })
  t.teardown(() => source.close())
  await source.poll()
  t.is((await takeReady(source)).flatMap(toLines).length, history.length)
  await untilQuiet(source)
  let looks = 0
  before(t, ['stat', path], () => void looks++)
  const file = await open(path, 'r+')
  await file.write(toText(['another', ...history]), 0)
  await file.close()
  await until(() => looks > 0, 'the hint was followed')
  await sleep(50) // more than a step of the file system's clock
  const { polls } = source.status()
  await writeFile(join(dir, 'b.log'), toText(history))
  await sleep(20)
  await until(() => source.status().polls > polls, 'the new file was found')
  t.is((await takeReady(source)).flatMap(toLines).length, history.length * 2 + 1)
})
