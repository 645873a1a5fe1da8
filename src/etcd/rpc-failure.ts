import { EtcdError, type EtcdErrorCode } from './contract.ts'
import { reasonOf } from '../flow/error-reason.ts'

/** gRPC's report of a failed call. */
export interface RpcFailure {
  /** gRPC's status code. */
  readonly code: number
  /** etcd's own messages begin with `etcdserver: `. */
  readonly details: string
}

/** Where it failed, for the message. Never holds a password. */
export interface FailurePlace {
  readonly endpoint: string
  readonly user: string | undefined
  /** The key or prefix of the call. */
  readonly key: string | undefined
}

const STATUS = {
  cancelled: 1,
  unknown: 2,
  deadlineExceeded: 4,
  permissionDenied: 7,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
  unavailable: 14,
  unauthenticated: 16,
} as const

interface Rule {
  readonly words: RegExp
  readonly code: EtcdErrorCode
  readonly say: (place: FailurePlace) => string
}

const RULES: readonly Rule[] = [
  {
    words: /required revision has been compacted|required revision is a future revision/,
    code: 'compacted',
    say: () => 'no longer has the requested revision (its history was compacted): the keys have to be listed again',
  },
  {
    words: /requested lease not found/,
    code: 'lease_lost',
    say: () => 'no longer knows the lease: it ended or was revoked, and its keys were deleted with it',
  },
  {
    words: /permission denied/,
    code: 'denied',
    say: ({ user, key }) =>
      `denies ${user === undefined ? 'us' : `the user "${user}"`} access to ${key ?? 'that key'}: grant it with \`etcdctl role grant-permission ROLE --prefix=true readwrite PREFIX\` and \`etcdctl user grant-role USER ROLE\``,
  },
  {
    words: /user name is empty/,
    code: 'unauthenticated',
    say: ({ user }) =>
      user === undefined
        ? 'requires authentication, and no user is set here: set "user" and "passwordFile" (`etcdctl user add NAME` creates a user)'
        : `asks for a user although we authenticated as "${user}"`,
  },
  {
    words: /authentication failed, invalid user ID or password/,
    code: 'unauthenticated',
    say: ({ user }) =>
      `refuses the password of the user "${user ?? ''}", or has no such user: compare the password file with \`etcdctl user passwd\``,
  },
  {
    words: /invalid auth token|revision of auth store is old|user name not found/,
    code: 'unauthenticated',
    say: ({ user }) =>
      `does not accept the token that it gave to "${user ?? ''}": the user or its password was changed`,
  },
  {
    words: /request is too large|trying to send message larger than max|larger than max/,
    code: 'refused',
    say: ({ key }) =>
      `cannot handle a value as large as that of ${key ?? 'that key'} (etcd's default limit is 1.5 MiB, --max-request-bytes)`,
  },
  {
    words: /database space exceeded/,
    code: 'refused',
    say: () => 'has no space left and accepts no writes: compact and defragment it, then run `etcdctl alarm disarm`',
  },
]

/** Turns gRPC's report into an EtcdError with a message for an operator. */
export function explainRpcFailure(error: unknown, place: FailurePlace): EtcdError {
  if (error instanceof EtcdError) return error
  const { code, details } = readFailure(error)
  const at = `etcd at ${place.endpoint}`
  const rule = RULES.find(({ words }) => words.test(details))
  if (rule !== undefined) return new EtcdError(rule.code, `${at} ${rule.say(place)}`, { cause: error })
  return new EtcdError(codeOf(code, details), `${at} ${describe(code, details)}`, { cause: error })
}

/** True if a new token may help: the old one expired, etcd lost it, or authentication was switched on since. */
export function isTokenStale(error: unknown): boolean {
  const { details } = readFailure(error)
  return /invalid auth token|revision of auth store is old|user name is empty/.test(details)
}

export function isAuthOff(error: unknown): boolean {
  return readFailure(error).details.includes('authentication is not enabled')
}

export function isAnswerTooLarge(error: unknown): boolean {
  const failure = error instanceof EtcdError ? error.cause : error
  return readFailure(failure).details.includes('Received message larger than max')
}

export function isConnectionFault(error: unknown): boolean {
  const { code, details } = readFailure(error)
  if (details.startsWith('etcdserver:')) return false
  return code === STATUS.unavailable || code === STATUS.internal || code === STATUS.unknown
}

export function readFailure(error: unknown): RpcFailure {
  const { code, details } = (error ?? {}) as { readonly code?: unknown; readonly details?: unknown }
  const message = reasonOf(error)
  return {
    code: typeof code === 'number' ? code : STATUS.unknown,
    details: typeof details === 'string' && details !== '' ? details : message,
  }
}

function codeOf(code: number, details: string): EtcdErrorCode {
  if (code === STATUS.unauthenticated) return 'unauthenticated'
  if (code === STATUS.permissionDenied) return 'denied'
  if (code === STATUS.unimplemented) return 'refused'
  if (code === STATUS.unavailable || code === STATUS.deadlineExceeded || code === STATUS.cancelled) return 'unavailable'
  // Busy, or a connection that broke in the middle of an answer.
  if (code === STATUS.resourceExhausted || isBroken(code, details)) return 'unavailable'
  return 'refused'
}

function isBroken(code: number, details: string): boolean {
  return (code === STATUS.internal || code === STATUS.unknown) && !details.startsWith('etcdserver:')
}

function describe(code: number, details: string): string {
  if (/no leader|leader changed/.test(details))
    return 'has no leader now: it is electing one, or most of its members are down or cut off'
  if (/request timed out/.test(details)) return 'could not reach agreement among its members in time'
  if (details.startsWith('etcdserver:')) return `reports: ${details.slice('etcdserver:'.length).trim()}`
  if (code === STATUS.deadlineExceeded)
    return 'did not answer in time: is it overloaded, stopped, or cut off by the network?'
  if (code === STATUS.cancelled) return 'did not get the whole request: the connection was closed'
  if (code === STATUS.unimplemented) return `does not answer as etcd does (${shorten(details)}): is it the right port?`
  if (details.includes('Last error: Failed to connect'))
    return 'closed the connection at once: does it speak TLS (then write https://), or does another program listen there?'
  if (details.includes('ECONNREFUSED'))
    return 'refuses connections: nothing listens on that port; is etcd running there?'
  if (/ENOTFOUND|Name resolution failed/.test(details))
    return 'has a name that cannot be looked up: check its spelling and the DNS'
  return `cannot be reached: ${shorten(details)}`
}

const MAX_QUOTE_CHARACTERS = 300

function shorten(text: string): string {
  return text.length > MAX_QUOTE_CHARACTERS ? `${text.slice(0, MAX_QUOTE_CHARACTERS)}…` : text
}
