import { hash } from 'node:crypto'

/** The longest id that stores take. */
const MAX_ID_BYTES = 512

/** Stores write a lone surrogate as U+FFFD, which would make two ids one; and they take no longer ids. */
export function makeStorable(id: string): string {
  const isShort = id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES
  return isShort && id.isWellFormed() ? id : hashId(JSON.stringify(id))
}

/** JSON writes each lone surrogate as its escape, so that different ids stay different. */
export function hashId(text: string | Buffer): string {
  return `sha256-${hash('sha256', text, 'base64url')}`
}
