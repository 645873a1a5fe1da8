import { randomBytes } from 'node:crypto'

const SECRET_BYTES = 32
const FORM = /^(?<id>[0-9a-f]{16})\.(?<secret>[A-Za-z0-9_-]{43})$/u

/** Entitles one machine, or several, to a certificate. The secret never leaves the machines that know it. */
export interface JoinToken {
  readonly id: string
  readonly secret: Buffer
}

export function makeJoinToken(): JoinToken {
  return { id: randomBytes(8).toString('hex'), secret: randomBytes(SECRET_BYTES) }
}

export function formatJoinToken({ id, secret }: JoinToken): string {
  return `${id}.${secret.toString('base64url')}`
}

export function parseJoinToken(text: string): JoinToken | undefined {
  const { id, secret } = FORM.exec(text.trim())?.groups ?? {}
  if (id === undefined || secret === undefined) return undefined
  return { id, secret: Buffer.from(secret, 'base64url') }
}
