/**
 * - `state_damaged`: the file is not a sound database, or its content was not written by forwarder.
 * - `state_missing`: a file that must exist is missing or empty.
 * - `state_replaced`: a file was removed or replaced while it was in use.
 * - `state_newer`: written by a newer forwarder.
 * - `state_locked`: another process owns the directory.
 * - `state_lost`: damaged or missing, and the configuration requires a stop.
 * - `state_unusable`: the system refuses: permissions, read-only or full disk, input/output errors.
 * - `state_closed`: the state was closed before this became durable.
 */
export type StateErrorCode =
  | 'state_damaged'
  | 'state_missing'
  | 'state_replaced'
  | 'state_newer'
  | 'state_locked'
  | 'state_lost'
  | 'state_unusable'
  | 'state_closed'

/** Durable state cannot be used as it is; the message has the file, the reason and the remedy. */
export class StateError extends Error {
  override readonly name = 'StateError'
  readonly code: StateErrorCode
  /** The file or directory concerned. */
  readonly path: string

  constructor(code: StateErrorCode, path: string, why: string | { readonly message: string; readonly cause: unknown }) {
    if (typeof why === 'string') super(why)
    else super(why.message, { cause: why.cause })
    this.code = code
    this.path = path
  }
}

// Primary result codes of SQLite: https://www.sqlite.org/rescode.html
const READ_ONLY = 8
const IO_ERROR = 10
const CORRUPT = 11
const FULL = 13
const CANNOT_OPEN = 14
const NOT_A_DATABASE = 26
const BUSY = new Set([5, 6])
const CONSTRAINT = 19

/** `gone`: the file is missing, or was removed or replaced while it was in use. */
export type DatabaseFault = 'damaged' | 'gone' | SqliteFault
type SqliteFault = 'damaged' | 'full' | 'read_only' | 'busy' | 'io' | 'constraint' | 'other'

/** Which fault an error of SQLite is; `other` for any other error. */
export function classifyFault(error: unknown): SqliteFault {
  const code = readResultCode(error)
  if (code === CORRUPT || code === NOT_A_DATABASE) return 'damaged'
  if (code === FULL) return 'full'
  if (code === READ_ONLY) return 'read_only'
  if (code === IO_ERROR || code === CANNOT_OPEN) return 'io'
  if (code === CONSTRAINT) return 'constraint'
  return BUSY.has(code) ? 'busy' : 'other'
}

function readResultCode(error: unknown): number {
  if (!(error instanceof Error) || !('errcode' in error) || typeof error.errcode !== 'number') return 0
  return error.errcode & 0xff // extended codes keep the primary one in their low byte
}
