import { TrustError } from './contract.ts'

const MOST_BYTES = 255
const ALLOWED = /^[^\s\p{C}]+$/u

/** Throws a TrustError (`setup`) for what can't be a pattern. */
export function checkPattern(pattern: string): string {
  if (ALLOWED.test(pattern) && Buffer.byteLength(pattern) <= MOST_BYTES) return pattern
  throw new TrustError('setup', `"${pattern}" is no name pattern: one like web*.example.com or 10.0.0.* was expected`)
}

/**
 * `*` stands for any characters but a dot, as in certificates; `*` alone, and `**`, for any characters. Case does not matter.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  if (pattern === '*') return true
  const parts = pattern.split(/(\*+)/u).map(part => (part.startsWith('*') ? wildcard(part) : RegExp.escape(part)))
  return new RegExp(`^${parts.join('')}$`, 'iu').test(name)
}

function wildcard(stars: string): string {
  return stars.length > 1 ? '.*' : '[^.]*'
}
