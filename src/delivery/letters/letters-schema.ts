import type { Schema } from '../../sqlite/schema-versions.ts'

/** About how much a row takes besides its payload and reason. */
const ROW_BYTES = 200

/** The size of a letter, by which the limits count. */
export function lettersSizeBytes(payloadBytes: number, reason: string): number {
  return payloadBytes + Buffer.byteLength(reason) + ROW_BYTES
}

const sizeOf = (row: string) => `(length(${row}.payload) + length(CAST(${row}.reason AS BLOB)) + ${ROW_BYTES})`
const add = (row: string) => `INSERT INTO shares VALUES (${row}.sender, 1, ${sizeOf(row)})
  ON CONFLICT (sender) DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;`
const remove = (
  row: string,
) => `UPDATE shares SET letters = letters - 1, bytes = bytes - ${sizeOf(row)} WHERE sender = ${row}.sender;
  DELETE FROM shares WHERE sender = ${row}.sender AND letters <= 0;`

/** The triggers keep the shares true, whichever program changes the letters: with the functions of old versions of SQLite. */
const SECOND = `
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
  ) STRICT;
  CREATE INDEX letters_to_replay ON letters (replay_ms) WHERE replay_ms IS NOT NULL;
  CREATE INDEX letters_replayed ON letters (last_replay_ms) WHERE last_replay_ms IS NOT NULL;
  CREATE TABLE shares (
    sender TEXT PRIMARY KEY,
    letters INTEGER NOT NULL,
    bytes INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TRIGGER letter_added AFTER INSERT ON letters BEGIN ${add('new')} END;
  CREATE TRIGGER letter_removed AFTER DELETE ON letters BEGIN ${remove('old')} END;
  CREATE TRIGGER letter_changed AFTER UPDATE OF sender, payload, reason ON letters BEGIN ${remove('old')} ${add('new')} END;
  INSERT INTO letters (key, store, target, event_id, type, reason, payload, received_ms, kept_ms, peer, sender)
    SELECT key, store, target, event_id, type, reason, payload, received_ms, kept_ms, peer,
      CASE WHEN peer LIKE '% (%)' THEN substr(peer, instr(peer, ' (') + 2, length(peer) - instr(peer, ' (') - 2)
        ELSE rtrim(rtrim(peer, '0123456789'), ':') END
    FROM letters_1 WHERE true ON CONFLICT DO NOTHING;
  DROP TABLE letters_1;`

const addShare = (row: string) => `INSERT INTO shares VALUES (${row}.sender, ${row}.member, 1, ${sizeOf(row)})
  ON CONFLICT (sender, member) DO UPDATE SET letters = letters + 1, bytes = bytes + excluded.bytes;`
const removeShare = (row: string) => `UPDATE shares SET letters = letters - 1, bytes = bytes - ${sizeOf(row)}
    WHERE sender = ${row}.sender AND member = ${row}.member;
  DELETE FROM shares WHERE sender = ${row}.sender AND member = ${row}.member AND letters <= 0;`

/** Shares are those of the members of a sender. */
const THIRD = `
  DROP TRIGGER letter_added;
  DROP TRIGGER letter_removed;
  DROP TRIGGER letter_changed;
  ALTER TABLE letters ADD COLUMN member TEXT NOT NULL DEFAULT '';
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
    SECOND,
    THIRD,
  ],
}
