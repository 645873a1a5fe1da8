import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import { LettersDatabase } from '../../../../src/cli/dead-letters/letters-database.ts'
import { LETTERS_SCHEMA } from '../../../../src/delivery/letters/letters-schema.ts'
import { openDatabase } from '../../../../src/sqlite/database.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

/** More than are changed in one transaction. */
const COUNT = 2500
const ALL = { where: 'true', values: [], isAll: true }

const insert = (id: string) =>
  `INSERT INTO letters (store, target, event_id, type, reason, payload, received_ms, kept_ms, peer, sender)
   SELECT 'es', 'logs-1', ${id}, 'bad', '', x'7b7d', 0, 0, '', 'web1'`

async function openMany(t: ExecutionContext) {
  const path = join(await makeTempDir(t), 'dead-letters.db')
  const database = openDatabase({ path, durability: 'disk', schema: LETTERS_SCHEMA })
  const letters = new LettersDatabase(database)
  t.teardown(() => letters.close())
  const numbers = JSON.stringify(Array.from({ length: COUNT }, (_, i) => i + 1))
  database.prepare(`${insert('value')} FROM json_each(?)`).run(numbers)
  return { letters, database }
}

test('any number of letters is read once each, from either end', async t => {
  const { letters } = await openMany(t)
  const keys = Array.from({ length: COUNT }, (_, i) => i + 1)
  t.deepEqual(
    Array.from(letters.read(ALL, 'oldest', 1e9), ({ key }) => key),
    keys,
  )
  t.deepEqual(
    Array.from(letters.read(ALL, 'newest', 1200), ({ key }) => key),
    keys.toReversed().slice(0, 1200),
  )
})

test('a letter that is refused again while others are still being marked is marked once', async t => {
  const { letters, database } = await openMany(t)
  database.exec(`CREATE TABLE marked (key INTEGER PRIMARY KEY);
    CREATE TRIGGER refuse_again AFTER UPDATE OF replay_ms ON letters WHEN new.replay_ms IS NOT NULL BEGIN
      INSERT INTO marked VALUES (new.key);
      UPDATE letters SET replay_ms = NULL, last_replay_ms = new.replay_ms WHERE key = new.key;
    END`)
  t.is(letters.mark(ALL, 5), COUNT)
  t.deepEqual(letters.readProgress(5), { waiting: 0, refused: COUNT })
})

test('letters that are kept while others are dropped stay', async t => {
  const { letters, database } = await openMany(t)
  database.exec(`CREATE TRIGGER keep_another AFTER DELETE ON letters WHEN old.key <= ${2 * COUNT} BEGIN
      ${insert("'new-' || old.key")};
    END`)
  t.is(letters.drop(ALL), COUNT)
  t.is(letters.count(ALL), COUNT)
})
