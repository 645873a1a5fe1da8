import type { Schema } from '../../sqlite/schema-versions.ts'

/**
 * `seq` is the order of storing and is never used twice. `words` indexes the messages without a second copy of them.
 * `arrivals` records at intervals which `seq` was the next one at which time, for retention by age.
 */
export const EVENTS_SCHEMA: Schema = {
  name: 'events',
  applicationId: 0x46774576,
  beforeCreation: 'PRAGMA page_size = 8192; PRAGMA auto_vacuum = INCREMENTAL',
  migrations: [
    `CREATE TABLE events (
       seq INTEGER PRIMARY KEY AUTOINCREMENT,
       id TEXT NOT NULL UNIQUE,
       time_ms INTEGER NOT NULL,
       document TEXT NOT NULL
     ) STRICT;
     CREATE INDEX events_by_time ON events (time_ms, seq);
     CREATE TABLE arrivals (at_ms INTEGER PRIMARY KEY, next_seq INTEGER NOT NULL) STRICT;
     CREATE VIRTUAL TABLE words USING fts5(
       message, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 2'
     );`,
  ],
}
