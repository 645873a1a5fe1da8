import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, openDatabase } from '../../sqlite/database.ts'
import type { Schema } from '../../sqlite/schema-versions.ts'
import { TrustError } from '../contract.ts'
import { convertEarlierRevocations } from './revocations.ts'

const SCHEMA: Schema = {
  name: 'authority',
  applicationId: 0x46774361,
  migrations: [
    `CREATE TABLE tokens (
       id TEXT PRIMARY KEY,
       kind TEXT NOT NULL,
       secret BLOB NOT NULL,
       patterns TEXT NOT NULL,
       uses INTEGER NOT NULL,
       used INTEGER NOT NULL,
       created_ms INTEGER NOT NULL,
       expires_ms INTEGER NOT NULL,
       revoked_ms INTEGER
     ) STRICT, WITHOUT ROWID;
     CREATE TABLE certificates (
       serial TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       kind TEXT NOT NULL,
       names TEXT NOT NULL,
       patterns TEXT NOT NULL,
       authority TEXT NOT NULL,
       certificate TEXT NOT NULL,
       key_hash TEXT NOT NULL,
       request_hash TEXT NOT NULL UNIQUE,
       token_id TEXT NOT NULL,
       renewed_from TEXT,
       issued_ms INTEGER NOT NULL,
       not_after_ms INTEGER NOT NULL,
       revoked_ms INTEGER
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX certificates_by_name ON certificates (name);
     CREATE INDEX certificates_by_end ON certificates (not_after_ms);
     CREATE INDEX certificates_by_token ON certificates (token_id, name);
     CREATE INDEX certificates_revoked ON certificates (not_after_ms) WHERE revoked_ms IS NOT NULL;
     CREATE INDEX certificates_by_parent ON certificates (renewed_from);
     CREATE TABLE revoked_names (name TEXT PRIMARY KEY, revoked_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE retired (fingerprint TEXT PRIMARY KEY, retired_ms INTEGER NOT NULL) STRICT, WITHOUT ROWID;
     CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;`,
    // Certificates that another copy of this database issued and revoked.
    `CREATE TABLE learned_revocations (
       serial TEXT PRIMARY KEY,
       name TEXT NOT NULL,
       revoked_ms INTEGER NOT NULL,
       not_after_ms INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;`,
    // By the hash of a name or host; the two above are only read to fill it.
    `CREATE TABLE revocations (
       hash TEXT PRIMARY KEY,
       began_by INTEGER NOT NULL,
       listed_until_ms INTEGER NOT NULL
     ) STRICT, WITHOUT ROWID;
     CREATE INDEX revocations_by_end ON revocations (listed_until_ms);`,
  ],
}

/** The signer's memory, `ca.db` beside `ca.pem`. The signer and commands may have it open at the same time. */
export function openAuthorityDatabase(dir: string): Database {
  if (!existsSync(join(dir, 'ca.pem')))
    throw new TrustError('setup', `${dir} holds no authority: make one with \`forwarder ca create --dir ${dir}\``)
  const database = openDatabase({ path: join(dir, 'ca.db'), durability: 'disk', schema: SCHEMA, cacheKib: 2048 })
  convertEarlierRevocations(database)
  return database
}
