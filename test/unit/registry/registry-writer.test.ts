import { join } from 'node:path'
import test from 'ava'
import { loadRegistry } from '../../../src/registry/load-registry.ts'
import { FinishedGenerations } from '../../../src/registry/finished-generations.ts'
import { PendingChanges, splitWrite } from '../../../src/registry/pending-changes.ts'
import { REGISTRY_SCHEMA } from '../../../src/registry/schema.ts'
import { RegistryWriter } from '../../../src/registry/registry-writer.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { makeBatch, makeFile, makeFinished, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const clocks = { wallClock: () => 0, monotonicClock: () => 0 }

function makeWrite() {
  const pending = new PendingChanges()
  for (let key = 1; key <= 5; key++) pending.add({ ...makeFile(key), key })
  pending.change(2, { offset: 77 })
  pending.forget(3)
  pending.forget(99)
  pending.finish(4, makeFinished(4))
  pending.finish(97, makeFinished(97))
  pending.change(98, { offset: 5 })
  for (const sequence of [1, 2, 3]) pending.journal(makeBatch(sequence, [makeRange(1, 0, sequence)]))
  pending.drop(2)
  return pending.take()
}

test('writing a transaction twice has the same effect as writing it once', async t => {
  const path = join(await makeTempDir(t), 'registry.db')
  const database = openDatabase({ path, durability: 'process', schema: REGISTRY_SCHEMA })
  const contents = []
  for (let time = 0; time < 2; time++) {
    new RegistryWriter(database, path, new FinishedGenerations(database, clocks)).write(makeWrite())
    contents.push(loadRegistry({ path, durability: 'process', mustExist: true, lostState: 'none' }))
  }
  database.close()
  t.deepEqual(contents[0], contents[1])
  t.deepEqual(
    contents[0]?.files.map(file => [file.key, file.offset]),
    [
      [1, 0],
      [2, 77],
      [5, 0],
    ],
  )
  t.deepEqual(
    contents[0]?.unconfirmed.map(batch => batch.sequence),
    [1, 3],
  )
})

test('changes that were taken are not pending any more', t => {
  const pending = new PendingChanges()
  t.true(pending.isEmpty)
  pending.add({ ...makeFile(1), key: 1 })
  t.false(pending.isEmpty)
  pending.take()
  t.true(pending.isEmpty)
})

test('a batch that is journaled again after it was dropped stays in the journal', t => {
  const pending = new PendingChanges()
  pending.drop(4)
  pending.journal(makeBatch(4, []))
  t.deepEqual(pending.take().dropped, [])
})

test('a large write is cut into parts: the journal comes behind the records that it relies on, and those are deleted last', t => {
  const write = makeWrite()
  const parts = splitWrite(write, 2)
  t.true(parts.every(part => part.added.length + part.changed.length + part.forgotten.length <= 2))
  const all = {
    added: parts.flatMap(part => part.added),
    changed: parts.flatMap(part => part.changed),
    finished: parts.flatMap(part => part.finished),
    forgotten: parts.flatMap(part => part.forgotten).toSorted((one, other) => one - other),
  }
  const { added, changed, finished } = write
  t.deepEqual(all, { added, changed, finished, forgotten: [4, 97, 99] })
  const journaling = parts.findIndex(part => part.journaled.length + part.dropped.length > 0)
  t.true(parts.slice(0, journaling).every(part => part.forgotten.length + part.finished.length === 0))
  t.true(parts.slice(journaling + 1).every(part => part.added.length + part.changed.length === 0))
  t.true(parts.every(part => part.finished.every(([key]) => part.forgotten.includes(key))))
  t.deepEqual(splitWrite(write, 100), [write])
})
