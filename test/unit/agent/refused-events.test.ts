import test from 'ava'
import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RefusedEvents } from '../../../src/agent/refused-events.ts'
import type { RefusedEvent } from '../../../src/lumberjack/send/publisher-contract.ts'
import type { TrackedBatch } from '../../../src/registry/contract.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { makeBatch, makeRun } from '../../helpers/lumberjack/line-batches.ts'

const batch: TrackedBatch = { ...makeBatch([makeRun(['one\n', 'two\n'])]), ranges: [] }

function makeRefused(change: Partial<RefusedEvent> = {}): RefusedEvent {
  const where = { fileId: 'AAAAAAAAAAAAAAAA', path: '/log', offset: 4, byteCount: 4, servers: ['a:1'] }
  return { batch, payload: Buffer.from('{"message":"two"}'), ...where, ...change }
}

test('a refused event is kept as a file of JSON that only its owner may read', async t => {
  const refused = new RefusedEvents(join(await makeTempDir(t), 'state', 'refused'))
  const path = await refused.keep(makeRefused())
  t.is(path, join(refused.directory, 'AAAAAAAAAAAAAAAA-4.json'))
  t.is(await readFile(path, 'utf8'), '{"message":"two"}\n')
  t.is((await stat(path)).mode & 0o777, 0o600)
  t.is((await stat(refused.directory)).mode & 0o777, 0o700)
})

for (const { limits, law } of [
  { limits: { bytes: 40, files: 100 }, law: 'bytes' },
  { limits: { bytes: 1e6, files: 2 }, law: 'files' },
])
  test(`the oldest kept events are removed when there are too many ${law}`, async t => {
    const refused = new RefusedEvents(await makeTempDir(t), limits)
    for (const offset of [30, 10, 20]) {
      const path = await refused.keep(makeRefused({ offset }))
      await utimes(path, offset, 1000 - offset)
    }
    t.deepEqual((await readdir(refused.directory)).toSorted(), ['AAAAAAAAAAAAAAAA-10.json', 'AAAAAAAAAAAAAAAA-20.json'])
  })

test('a batch is committed with the bytes of its refused lines, and others without', async t => {
  const refused = new RefusedEvents(await makeTempDir(t))
  const committed: (number | undefined)[] = []
  const source = refused.account({
    next: async () => undefined,
    commit: ({ refusedBytes }) => void committed.push(refusedBytes),
    toReceipt: given => ({ ...given, runs: [] }),
  })
  const other: TrackedBatch = { ...batch }
  await Promise.all([refused.keep(makeRefused()), refused.keep(makeRefused({ offset: 9, byteCount: 10 }))])
  for (const given of [batch, other]) await source.commit(source.toReceipt?.(given) ?? given)
  t.deepEqual(committed, [14, undefined])
})

test('the bytes count although the event could not be kept', async t => {
  const file = join(await makeTempDir(t), 'file')
  await writeFile(file, '')
  const refused = new RefusedEvents(join(file, 'refused'))
  await t.throwsAsync(refused.keep(makeRefused()), { code: 'disk_unusable' })
  const source = refused.account({ next: async () => undefined, commit() {} })
  t.is(source.toReceipt?.(batch).refusedBytes, 4)
})
