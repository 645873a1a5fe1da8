import { LinkError } from './servers/link-error.ts'

/** A connection at the moment when its server, the network or an error ended it. */
export interface ConnectionEnd {
  /** `closed`: in good order; otherwise the error. */
  readonly cause: unknown
  readonly ageMs: number
  /** Windows on the wire, unacked. */
  readonly dueCount: number
  /** Without anything heard, until the oldest of them was sent. */
  readonly quietMs: number
  /** Since the oldest of them was sent. */
  readonly dueMs: number
  /** Batches that are taken and not yet on the wire. */
  readonly waitingCount: number
  /** An ack has begun and is not complete. */
  readonly isMidAck: boolean
  /** A window, on this connection. */
  readonly hasAcked: boolean
  /** A window, on this connection or an earlier one: it is a collector. */
  readonly isKnown: boolean
}

/** A server that closes this early refuses us. */
const MAX_REFUSAL_MS = 2000
/** Servers and firewalls that end idle connections wait at least this long. */
const MIN_QUIET_MS = 5000
/** The answer of a server or firewall that had ended the connection before a window came takes at most this long. */
const MAX_STALE_MS = 1000

/** The server did not end the connection. */
const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENETRESET',
])
/** The socket was ended by the time at which it was read or written; all others say that something wrong came. */
const END_CODES: ReadonlySet<string> = new Set([
  ...NETWORK_CODES,
  'ECONNRESET',
  'ECONNABORTED',
  'ENOTCONN',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_WRITE_AFTER_END',
])

/** The failure that an end is; undefined for an idle end: the server owed nothing. */
export function findFailure(end: ConnectionEnd): unknown {
  if (!isEnd(end.cause)) return end.cause
  if (end.dueCount > 0) return isStale(end) ? undefined : makeLossError(end)
  return isRefusal(end) ? makeEndError(end.cause, 'at once') : undefined
}

function isEnd(cause: unknown): boolean {
  return cause === 'closed' || (cause instanceof Error && 'code' in cause && END_CODES.has(String(cause.code)))
}

/** The window met a connection that had been ended while nothing was due. Once: the next connection has not been quiet. */
function isStale({ isKnown, quietMs, dueMs }: ConnectionEnd): boolean {
  return isKnown && quietMs >= MIN_QUIET_MS && dueMs <= MAX_STALE_MS
}

function isRefusal({ hasAcked, isKnown, ageMs, waitingCount }: ConnectionEnd): boolean {
  return !hasAcked && ageMs <= MAX_REFUSAL_MS && (!isKnown || waitingCount > 0)
}

function makeLossError({ cause, dueCount, isMidAck }: ConnectionEnd): LinkError {
  const due = `with ${dueCount} ${dueCount === 1 ? 'window' : 'windows'} unacked`
  return makeEndError(cause, isMidAck ? `${due}, in the middle of an ack` : due)
}

function makeEndError(cause: unknown, circumstances: string): LinkError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : ''
  const options = { cause }
  if (NETWORK_CODES.has(code)) {
    const seen = `the network ended the connection (${code}) ${circumstances}`
    return new LinkError('network', `${seen}: is the server's host down, or a router or firewall on the way?`, options)
  }
  const verb = code === 'ECONNRESET' ? 'reset' : 'closed'
  return new LinkError('closed', `the server ${verb} the connection ${circumstances}: its log has the reason`, options)
}
