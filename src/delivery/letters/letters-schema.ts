import type { OnProgress, Schema } from '../../sqlite/schema-versions.ts'
import { type Connection, readNumber } from '../../sqlite/transaction.ts'

/** About how much a row takes besides its payload and reason. */
const ROW_BYTES = 200

/** The size of a letter, by which the limits count. */
export function lettersSizeBytes(payloadBytes: number, reason: string): number {
  return payloadBytes + Buffer.byteLength(reason) + ROW_BYTES
}

const sizeOf = (row: string) => `(length(${row}.payload) + length(CAST(${row}.reason AS BLOB)) + ${ROW_BYTES})`
/** Letters are copied in steps of this size, or one larger letter. */
const STEP_ROWS = 500
const STEP_BYTES = 4 * 1024 * 1024

const NEW_LETTERS = `
  ALTER TABLE letters RENAME TO letters_1;
  CREATE TABLE letters (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    store TEXT NOT NULL,
    target TEXT NOT NULL,
    event_id TEXT NOT NULL,
    type TEXT NOT NULL,
    reason TEXT NOT NULL,
    payload BLOB NOT NULL,
    received_ms INTEGER NOT NULL,
    kept_ms INTEGER NOT NULL,
    peer TEXT NOT NULL,
    sender TEXT NOT NULL,
    time_ms INTEGER,
    replay_ms INTEGER,
    last_replay_ms INTEGER,
    UNIQUE (sender, event_id, store, target)
  ) STRICT;`
const COPY = `INSERT INTO letters (key, store, target, event_id, type, reason, payload, received_ms, kept_ms, peer, sender)
  SELECT key, store, target, event_id, type, reason, payload, received_ms, kept_ms, peer,
    CASE WHEN peer LIKE '% (%)' THEN substr(peer, instr(peer, ' (') + 2, length(peer) - instr(peer, ' (') - 2)
      ELSE rtrim(rtrim(peer, '0123456789'), ':') END
  FROM letters_1 WHERE key > ? AND key <= ? ORDER BY key ON CONFLICT DO NOTHING`
const SHARES = `
  DROP TABLE letters_1;
  CREATE INDEX letters_to_replay ON letters (replay_ms) WHERE replay_ms IS NOT NULL;
  CREATE INDEX letters_replayed ON letters (last_replay_ms) WHERE last_replay_ms IS NOT NULL;
  CREATE TABLE shares (
    sender TEXT PRIMARY KEY,
    letters INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  INSERT INTO shares SELECT sender, count(*), sum(${sizeOf('letters')}) FROM letters GROUP BY sender;`

/** Letters have senders, and each of these its share of the space. All letters are copied, which takes long for many. */
function addSenders(database: Connection, onProgress: OnProgress): void {
  const totalBytes = readNumber(database, 'SELECT coalesce(sum(length(payload)), 0) FROM letters')
  database.exec(NEW_LETTERS)
  const copy = database.prepare(COPY)
  let doneBytes = 0
  for (const [from, step] of stepsOf(database)) {
    copy.run(from, step.last)
    doneBytes += step.bytes
    onProgress({ doneBytes, totalBytes })
  }
  database.exec(SHARES)
}

/** The letters after a key, up to another one. */
function* stepsOf(database: Connection): Iterable<readonly [from: number, step: Step]> {
  const next = database.prepare(
    'SELECT key, length(payload) AS bytes FROM letters_1 WHERE key > ? ORDER BY key LIMIT ?',
  )
  for (let from = Number.MIN_SAFE_INTEGER; ;) {
    const step = cutStep(next.all(from, STEP_ROWS))
    if (step === undefined) return
    yield [from, step]
    from = step.last
  }
}

interface Step {
  readonly last: number
  readonly bytes: number
}

function cutStep(rows: readonly Record<string, unknown>[]): Step | undefined {
  let step: Step | undefined
  for (const row of rows) {
    const bytes = (step?.bytes ?? 0) + Number(row['bytes'])
    if (step !== undefined && bytes > STEP_BYTES) return step
    step = { last: Number(row['key']), bytes }
  }
  return step
}

const addShare = (row: string) => `INSERT INTO shares VALUES (${row}.sender, ${row}.member, 1, ${sizeOf(row)})
  ON CONFLICT (sender, member) DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;`
const removeShare = (row: string) => `UPDATE shares SET letters = letters - 1, bytes = bytes - ${sizeOf(row)}
    WHERE sender = ${row}.sender AND member = ${row}.member;
  DELETE FROM shares WHERE sender = ${row}.sender AND member = ${row}.member AND letters <= 0;`

/**
 * A letter has the time of its last refusal, or null before this version. Shares are those of the members of a sender. The
 * triggers keep them true, whichever program changes the letters: with the functions of old versions of SQLite.
 */
const THIRD = `
  DROP TRIGGER IF EXISTS letter_added;
  DROP TRIGGER IF EXISTS letter_removed;
  DROP TRIGGER IF EXISTS letter_changed;
  ALTER TABLE letters ADD COLUMN member TEXT NOT NULL DEFAULT '';
  ALTER TABLE letters ADD COLUMN refused_ms INTEGER;
  ALTER TABLE shares RENAME TO shares_2;
  CREATE TABLE shares (
    sender TEXT NOT NULL,
    member TEXT NOT NULL,
    letters INTEGER NOT NULL,
    bytes INTEGER NOT NULL,
    PRIMARY KEY (sender, member)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO shares SELECT sender, '', letters, bytes FROM shares_2;
  DROP TABLE shares_2;
  CREATE TRIGGER letter_added AFTER INSERT ON letters BEGIN ${addShare('new')} END;
  CREATE TRIGGER letter_removed AFTER DELETE ON letters BEGIN ${removeShare('old')} END;
  CREATE TRIGGER letter_changed AFTER UPDATE OF sender, member, payload, reason ON letters
    BEGIN ${removeShare('old')} ${addShare('new')} END;`

export const LETTERS_SCHEMA: Schema = {
  name: 'dead letters',
  applicationId: 0x66_77_64_6c, // "fwdl"
  migrations: [
    `CREATE TABLE letters (
      key INTEGER PRIMARY KEY,
      store TEXT NOT NULL,
      target TEXT NOT NULL,
      event_id TEXT NOT NULL,
      type TEXT NOT NULL,
      reason TEXT NOT NULL,
      payload BLOB NOT NULL,
      received_ms INTEGER NOT NULL,
      kept_ms INTEGER NOT NULL,
      peer TEXT NOT NULL,
      UNIQUE (event_id, store, target)
    ) STRICT`,
    addSenders,
    THIRD,
  ],
}
