import { join } from 'node:path'
import test from 'ava'
import { loadRegistry } from '../../../src/registry/load-registry.ts'
import { PendingChanges, splitWrite } from '../../../src/registry/pending-changes.ts'
import { REGISTRY_SCHEMA } from '../../../src/registry/schema.ts'
import { RegistryWriter } from '../../../src/registry/registry-writer.ts'
import { openDatabase } from '../../../src/sqlite/database.ts'
import { makeBatch, makeFile, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

function makeWrite() {
  const pending = new PendingChanges()
  for (let key = 1; key <= 5; key++) pending.add({ ...makeFile(key), key })
  pending.change(2, { offset: 77 })
  pending.forget(3)
  pending.forget(99)
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
    new RegistryWriter(database, path).write(makeWrite())
    contents.push(loadRegistry({ path, durability: 'process', mustExist: true, lostState: 'none' }))
  }
  database.close()
  t.deepEqual(contents[0], contents[1])
  t.deepEqual(
    contents[0]?.files.map(file => [file.key, file.offset]),
    [
      [1, 0],
      [2, 77],
      [4, 0],
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

test('a large write is cut into parts, and the last part has its journal', t => {
  const write = makeWrite()
  const parts = splitWrite(write, 2)
  t.true(parts.every(part => part.added.length + part.changed.length + part.forgotten.length <= 2))
  t.deepEqual(
    parts.flatMap(part => part.added),
    write.added,
  )
  t.deepEqual(
    parts.flatMap(part => part.changed),
    write.changed,
  )
  t.deepEqual(
    parts.flatMap(part => part.forgotten),
    write.forgotten,
  )
  t.deepEqual(
    parts.findIndex(part => part.journaled.length + part.dropped.length > 0),
    parts.length - 1,
  )
  t.deepEqual(splitWrite(write, 100), [write])
})
