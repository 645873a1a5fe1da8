import type { Database } from '../../sqlite/database.ts'
import { transact } from '../../sqlite/transaction.ts'
import { lettersSizeBytes } from './letters-schema.ts'

/** A letter on its way to the thread. */
export interface PackedLetter {
  readonly store: string
  readonly target: string
  readonly id: string
  readonly type: string
  readonly reason: string
  readonly payload: Uint8Array<ArrayBuffer>
  readonly receivedAtMs: number
  readonly peer: string
  readonly sender: string
  /** Of those that share the space of the sender. */
  readonly member: string
  /** The time of the event; absent if it could not be read. */
  readonly timeMs?: number
}

export interface LetterCount {
  readonly letters: number
  readonly bytes: number
}

/** A letter that is to be delivered again. */
export interface MarkedLetter {
  readonly key: number
  /** When it was marked, in milliseconds since 1970: another time is another replay. */
  readonly markedMs: number
  /** When it was taken: a refusal before that is not one of this replay. */
  readonly takenMs: number
  readonly target: string
  readonly id: string
  readonly payload: Uint8Array
  readonly receivedAtMs: number
  readonly peer: string
  readonly sender: string
  readonly timeMs: number | undefined
}

export type ReplayedLetter = Pick<MarkedLetter, 'key' | 'markedMs' | 'takenMs'>

/** The outcome of a replay. Letters that were dropped or marked again meanwhile are in neither number. */
export interface ReplayCount {
  readonly replayed: number
  readonly refused: number
}

const MAX_MARKED = 500
const MAX_MARKED_BYTES = 4 * 1024 * 1024

export function countLetters(database: Database): LetterCount {
  const row = database
    .prepare('SELECT coalesce(sum(letters), 0) AS letters, coalesce(sum(bytes), 0) AS bytes FROM shares')
    .get()
  return { letters: Number(row?.['letters']), bytes: Number(row?.['bytes']) }
}

export function hasMarked(database: Database): boolean {
  return database.prepare('SELECT 1 FROM letters WHERE replay_ms IS NOT NULL LIMIT 1').get() !== undefined
}

/**
 * Keeps the letters in one transaction, those of each call in order, up to the first that has no space. The number kept of
 * each call is returned. A letter that is there already needs no space. A sender may have as many bytes as are still free
 * beside them, and one of its members as many as the sender may still take: so each has space for some, however many letters
 * others have.
 */
export function keepLetters(
  database: Database,
  calls: readonly (readonly PackedLetter[])[],
  { nowMs, maxBytes }: { readonly nowMs: number; readonly maxBytes: number },
): readonly number[] {
  const ownShares = database.prepare(
    'SELECT coalesce(sum(bytes), 0) AS own, coalesce(sum(bytes) FILTER (WHERE member = ?), 0) AS ofMember FROM shares WHERE sender = ?',
  )
  const renew = database.prepare(
    `UPDATE letters SET type = ?, reason = ?, refused_ms = ?, last_replay_ms = replay_ms, replay_ms = NULL
     WHERE sender = ? AND event_id = ? AND store = ? AND target = ?`,
  )
  const insert = database.prepare(
    `INSERT INTO letters (store, target, event_id, type, reason, payload, received_ms, kept_ms, peer, sender, member, time_ms, refused_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  )
  let total = 0
  const keep = (letter: PackedLetter): boolean => {
    const { store, target, id, type, reason, payload, receivedAtMs, peer, sender, member, timeMs = null } = letter
    if (Number(renew.run(type, reason, nowMs, sender, id, store, target).changes) > 0) return true
    const size = lettersSizeBytes(payload.length, reason)
    const shares = ownShares.get(member, sender)
    const [own, ofMember] = [Number(shares?.['own']), Number(shares?.['ofMember'])]
    if (!hasSpace({ size, free: maxBytes - total, own, ofMember })) return false
    total += size
    insert.run(store, target, id, type, reason, payload, receivedAtMs, nowMs, peer, sender, member, timeMs, nowMs)
    return true
  }
  try {
    return transact(database, () => {
      total = countLetters(database).bytes
      return calls.map(letters => {
        const end = letters.findIndex(letter => !keep(letter))
        return end === -1 ? letters.length : end
      })
    })
  } finally {
    // It has a copy of the last payload, which the garbage collector does not know of.
    ;(insert as unknown as Disposable)[Symbol.dispose]()
  }
}

interface Space {
  readonly size: number
  /** Of all. */
  readonly free: number
  readonly own: number
  readonly ofMember: number
}

/** The first letter of a sender needs free space only, and so does the first one of a member beside the share of its sender. */
function hasSpace({ size, free, own, ofMember }: Space): boolean {
  const left = free - size
  if (left < 0) return false
  if (own > 0 && own + size > left) return false
  return ofMember === 0 || 2 * (ofMember + size) <= left - own - size
}

/** Some letters of one sender and target that are marked for a replay; none of the pairs that are being replayed. */
export function takeMarked(
  database: Database,
  { busyPairs, nowMs }: { readonly busyPairs: readonly (readonly [string, string])[]; readonly nowMs: number },
): MarkedLetter[] {
  const first = database
    .prepare(
      `SELECT sender, target FROM letters WHERE replay_ms IS NOT NULL AND NOT EXISTS (
         SELECT 1 FROM json_each(?) WHERE value ->> 0 = sender AND value ->> 1 = target) ORDER BY key LIMIT 1`,
    )
    .get(JSON.stringify(busyPairs))
  if (first === undefined) return []
  const rows = database
    .prepare('SELECT * FROM letters WHERE replay_ms IS NOT NULL AND sender = ? AND target = ? ORDER BY key LIMIT ?')
    .iterate(first['sender'] as string, first['target'] as string, MAX_MARKED)
  const taken: MarkedLetter[] = []
  let bytes = 0
  for (const row of rows) {
    const letter = readMarked(row, nowMs)
    bytes += letter.payload.length
    if (taken.length > 0 && bytes > MAX_MARKED_BYTES) break
    taken.push(letter)
  }
  return taken
}

/**
 * Removes letters of a replay that has ended. One whose mark is gone was refused again, and stays; so does one that was marked
 * again since. One that was refused for another target is a letter with a later key now.
 */
export function removeReplayed(database: Database, letters: readonly ReplayedLetter[]): ReplayCount {
  const noteRefused = database.prepare(
    `UPDATE letters SET last_replay_ms = ? WHERE key > ? AND replay_ms IS NULL AND refused_ms >= ?
     AND (sender, event_id) = (SELECT sender, event_id FROM letters WHERE key = ? AND replay_ms = ?)`,
  )
  const remove = database.prepare('DELETE FROM letters WHERE key = ? AND replay_ms = ?')
  const find = database.prepare('SELECT 1 FROM letters WHERE key = ? AND last_replay_ms = ? AND replay_ms IS NULL')
  const end = ({ key, markedMs, takenMs }: ReplayedLetter): keyof ReplayCount | undefined => {
    const isElsewhere = Number(noteRefused.run(markedMs, key, takenMs, key, markedMs).changes) > 0
    const isRemoved = Number(remove.run(key, markedMs).changes) > 0
    if (isElsewhere || find.get(key, markedMs) !== undefined) return 'refused'
    return isRemoved ? 'replayed' : undefined
  }
  return transact(database, () => {
    const ends = letters.map(end)
    const count = (kind: keyof ReplayCount) => ends.filter(one => one === kind).length
    return { replayed: count('replayed'), refused: count('refused') }
  })
}

function readMarked(row: Record<string, unknown>, takenMs: number): MarkedLetter {
  const timeMs = row['time_ms']
  return {
    key: Number(row['key']),
    markedMs: Number(row['replay_ms']),
    takenMs,
    target: String(row['target']),
    id: String(row['event_id']),
    payload: row['payload'] as Uint8Array,
    receivedAtMs: Number(row['received_ms']),
    peer: String(row['peer']),
    sender: String(row['sender']),
    timeMs: timeMs === null ? undefined : Number(timeMs),
  }
}
