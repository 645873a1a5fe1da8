import type { Schema } from '../sqlite/schema-versions.ts'

/** Every row has a crc32 of its content, since SQLite does not detect a flipped bit inside a value. */
export const REGISTRY_SCHEMA: Schema = {
  name: 'registry',
  applicationId: 0x46775267,
  migrations: [
    `CREATE TABLE files (
       key INTEGER PRIMARY KEY,
       path TEXT NOT NULL,
       device TEXT NOT NULL,
       inode TEXT NOT NULL,
       birth_ns TEXT NOT NULL,
       head TEXT NOT NULL,
       offset INTEGER NOT NULL,
       marks TEXT NOT NULL,
       seen_at_ms INTEGER NOT NULL,
       is_gone INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE origins (
       id INTEGER PRIMARY KEY,
       file_key INTEGER NOT NULL,
       file_id TEXT NOT NULL,
       path TEXT NOT NULL,
       fields TEXT NOT NULL,
       max_line_bytes INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE batches (
       sequence INTEGER PRIMARY KEY,
       time_ms INTEGER NOT NULL,
       run_count INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     ) STRICT;
     CREATE TABLE runs (
       sequence INTEGER NOT NULL,
       position INTEGER NOT NULL,
       origin INTEGER NOT NULL,
       start INTEGER NOT NULL,
       "end" INTEGER NOT NULL,
       checksum INTEGER NOT NULL,
       line_count INTEGER NOT NULL,
       starts_inside_line INTEGER NOT NULL,
       ends_unterminated INTEGER NOT NULL,
       PRIMARY KEY (sequence, position)
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    `ALTER TABLE files ADD COLUMN evidence TEXT;
     ALTER TABLE files ADD COLUMN seen_size INTEGER;
     ALTER TABLE files ADD COLUMN real_path TEXT;
     CREATE TABLE finished (
       key INTEGER PRIMARY KEY,
       path TEXT NOT NULL,
       device TEXT NOT NULL,
       inode TEXT NOT NULL,
       birth_ns TEXT NOT NULL,
       head_length INTEGER NOT NULL,
       head_hash TEXT NOT NULL,
       size INTEGER NOT NULL,
       digest INTEGER,
       ended_at_ms INTEGER NOT NULL,
       outcome TEXT NOT NULL,
       lost_bytes INTEGER NOT NULL,
       checksum INTEGER NOT NULL
     ) STRICT;
     CREATE INDEX finished_by_head ON finished (head_hash, ended_at_ms);
     CREATE INDEX finished_by_end ON finished (ended_at_ms);`,
    'ALTER TABLE runs ADD COLUMN records BLOB;',
    'ALTER TABLE files ADD COLUMN format TEXT;',
    'ALTER TABLE origins ADD COLUMN format TEXT;',
  ],
}
