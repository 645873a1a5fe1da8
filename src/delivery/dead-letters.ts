import { join } from 'node:path'
import { type Database, openDatabase } from '../sqlite/database.ts'
import { classifyFault } from '../sqlite/error.ts'
import type { Schema } from '../sqlite/schema-versions.ts'
import { transact } from '../sqlite/transaction.ts'
import type { EventBatch, PoisonEvent } from '../flow/event-batch.ts'
import { reasonOf } from '../flow/error-reason.ts'
import { systemClock } from './clock.ts'
import type { DeadLetter, DeadLetters, DeadLettersOptions } from './contract.ts'
import { DeadLetterLog } from './dead-letter-warnings.ts'
import type { Hold } from './held-targets.ts'
import type { Refusal } from './sort-verdicts.ts'

const DEFAULT_MAX_BYTES = 1024 * 1024 * 1024
const MAX_REASON_CHARACTERS = 2000
/** About how much a row takes besides its payload and reason. */
const ROW_BYTES = 200
const REMIND_AFTER_MS = 600_000

/** The hold of events while their dead letters cannot be kept. */
export const DEAD_LETTERS_FULL: Hold = {
  target: 'dead letters',
  reason: 'there is no space for dead letters, and nothing is dropped',
  remedy: 'free space on that disk, or inspect the dead letters and move them elsewhere',
}

const SCHEMA: Schema = {
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
  ],
}

export function toDeadLetter({ event, verdict }: Refusal, { receivedAtMs, peer }: EventBatch): DeadLetter {
  const payload = event.bytes.subarray(event.start, event.end)
  const { target = '', type, reason } = verdict
  return { id: event.id, target, type, reason, payload, receivedAtMs, peer }
}

export function toPoisonLetter(poison: PoisonEvent, { receivedAtMs, peer }: EventBatch): DeadLetter {
  return { ...poison, target: '', receivedAtMs, peer }
}

/**
 * Opens `dead-letters.db` in the state directory. Letters are on disk (fsynced) when `add` returns: one transaction
 * for each call, written on the main thread, because dead letters are rare. Throws a StateError where the file cannot
 * be used.
 */
export function openDeadLetters(options: DeadLettersOptions): DeadLetters {
  const { log, maxBytes = DEFAULT_MAX_BYTES, storeName = '', clock = systemClock } = options
  const path = join(options.stateDir, 'dead-letters.db')
  const database = openDatabase({ path, durability: 'disk', schema: SCHEMA })
  const count = { ...countLetters(database) }
  const letterLog = new DeadLetterLog(path, log, clock)
  let reportedMs = Number.NEGATIVE_INFINITY

  const refuse = (fields: { readonly error?: string }, message: string): false => {
    if (clock.now() - reportedMs >= REMIND_AFTER_MS) {
      log.error({ path, letters: count.letters, bytes: count.bytes, maxBytes, ...fields }, message)
      reportedMs = clock.now()
    }
    return false
  }

  return {
    add(letters) {
      const more = letters.reduce((sum, letter) => sum + sizeOf(letter), 0)
      if (count.bytes + more > maxBytes) {
        return refuse({}, 'the dead letters are full: inspect them, move them elsewhere and delete the file')
      }
      try {
        const added = insert(database, letters, { storeName, nowMs: clock.now() })
        count.letters += added.letters
        count.bytes += added.bytes
        letterLog.note(letters)
        return true
      } catch (error) {
        if (classifyFault(error) === 'other') throw error
        const message = 'cannot write dead letters: check the free space and the permissions of that disk'
        return refuse({ error: reasonOf(error) }, message)
      }
    },
    status: () => ({ ...count, maxBytes }),
    close: () => database.close(),
  }
}

function countLetters(database: Database): { letters: number; bytes: number } {
  const row = database
    .prepare(
      `SELECT count(*) AS letters, coalesce(sum(length(payload) + octet_length(reason) + ${ROW_BYTES}), 0) AS bytes FROM letters`,
    )
    .get()
  return { letters: Number(row?.['letters'] ?? 0), bytes: Number(row?.['bytes'] ?? 0) }
}

/** A letter whose event came again after a crash is not kept twice. */
function insert(
  database: Database,
  letters: readonly DeadLetter[],
  { storeName, nowMs }: { readonly storeName: string; readonly nowMs: number },
): { readonly letters: number; readonly bytes: number } {
  const statement = database.prepare(
    `INSERT INTO letters (store, target, event_id, type, reason, payload, received_ms, kept_ms, peer)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`,
  )
  const added = { letters: 0, bytes: 0 }
  transact(database, () => {
    for (const letter of letters) {
      const { target, id, type, payload, receivedAtMs, peer } = letter
      const reason = cutReason(letter.reason)
      const { changes } = statement.run(storeName, target, id, type, reason, payload, receivedAtMs, nowMs, peer)
      if (Number(changes) === 0) continue
      added.letters += 1
      added.bytes += sizeOf(letter)
    }
  })
  return added
}

function sizeOf({ payload, reason }: DeadLetter): number {
  return payload.length + Buffer.byteLength(cutReason(reason)) + ROW_BYTES
}

function cutReason(reason: string): string {
  return reason.slice(0, MAX_REASON_CHARACTERS).toWellFormed()
}
