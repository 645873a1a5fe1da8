import type { Database } from '../../sqlite/database.ts'
import { type Kind, TrustError } from '../contract.ts'
import { formatJoinToken, makeJoinToken } from '../join-token.ts'
import { checkPattern } from '../name-pattern.ts'
import { DAY_MS } from '../../flow/time-units.ts'

export interface TokenOptions {
  readonly kind: Kind
  /** The names for which it is valid; without any, all names, which only an agent's token may have. */
  readonly patterns: readonly string[]
  /** How many certificates; 0: any number. Default: 1. */
  readonly uses?: number
  /** Default: a day. */
  readonly expiresInMs?: number
}

export interface TokenRecord {
  readonly id: string
  readonly kind: Kind
  readonly patterns: readonly string[]
  readonly uses: number
  readonly used: number
  readonly createdMs: number
  readonly expiresMs: number
  readonly revokedMs: number | undefined
}

/** Makes a token and returns its text, which cannot be had again. Throws a TrustError (`setup`). */
export function createToken(database: Database, options: TokenOptions, nowMs: number): { id: string; text: string } {
  const { kind, patterns, uses = 1, expiresInMs = DAY_MS } = options
  if (kind === 'collector' && patterns.length === 0)
    throw new TrustError(
      'setup',
      "a collector's token needs the names and addresses for which it is valid, such as --name 'logs*.example.com': its holder can pose as those",
    )
  if (expiresInMs <= 0) throw new TrustError('setup', 'a token must expire in the future')
  const token = makeJoinToken()
  const list = JSON.stringify(patterns.map(checkPattern))
  database
    .prepare('INSERT INTO tokens VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL)')
    .run(token.id, kind, token.secret, list, uses, nowMs, Math.round(nowMs + expiresInMs))
  return { id: token.id, text: formatJoinToken(token) }
}

export function listTokens(database: Database): TokenRecord[] {
  return database.prepare('SELECT * FROM tokens ORDER BY created_ms DESC, id').all().map(toRecord)
}

export function findToken(database: Database, id: string): (TokenRecord & { readonly secret: Buffer }) | undefined {
  const row = database.prepare('SELECT * FROM tokens WHERE id = ?').get(id)
  if (row === undefined) return undefined
  return { ...toRecord(row), secret: Buffer.from(row['secret'] as Uint8Array) }
}

/** Certificates that were issued for it stay valid. Throws a TrustError (`setup`) where there is no such token. */
export function revokeToken(database: Database, id: string, nowMs: number): void {
  const { changes } = database
    .prepare('UPDATE tokens SET revoked_ms = coalesce(revoked_ms, ?) WHERE id = ?')
    .run(nowMs, id)
  if (changes === 0) throw new TrustError('setup', `there is no token "${id}": \`forwarder ca token list\` shows them`)
}

export function countUse(database: Database, id: string): void {
  database.prepare('UPDATE tokens SET used = used + 1 WHERE id = ?').run(id)
}

export type TokenState = 'valid' | 'used up' | 'expired' | 'revoked'

export function stateOfToken(token: TokenRecord, nowMs: number): TokenState {
  if (token.revokedMs !== undefined) return 'revoked'
  if (token.uses > 0 && token.used >= token.uses) return 'used up'
  return token.expiresMs <= nowMs ? 'expired' : 'valid'
}

export function listUsers(database: Database, id: string): string[] {
  const rows = database.prepare('SELECT DISTINCT name FROM certificates WHERE token_id = ? ORDER BY name').all(id)
  return rows.map(row => String(row['name']))
}

function toRecord(row: Record<string, unknown>): TokenRecord {
  return {
    id: String(row['id']),
    kind: row['kind'] as Kind,
    patterns: JSON.parse(String(row['patterns'])) as string[],
    uses: Number(row['uses']),
    used: Number(row['used']),
    createdMs: Number(row['created_ms']),
    expiresMs: Number(row['expires_ms']),
    revokedMs: row['revoked_ms'] === null ? undefined : Number(row['revoked_ms']),
  }
}
