import { TrustError } from './contract.ts'

const MAX_BYTES = 255
const ALLOWED = /^[^\s\p{C}]+$/u

/** Throws a TrustError (`setup`) where the text cannot be a pattern. */
export function checkPattern(pattern: string): string {
  if (ALLOWED.test(pattern) && Buffer.byteLength(pattern) <= MAX_BYTES) return pattern
  throw new TrustError('setup', `"${pattern}" is not a name pattern; expected one such as web*.example.com or 10.0.0.*`)
}

/**
 * `*` matches any characters but a dot, as in certificates; `*` alone, and `**`, match any characters. Case is ignored.
 */
export function matchesPattern(name: string, pattern: string): boolean {
  if (pattern === '*') return true
  const characters = Array.from(name.toLowerCase())
  // The possible positions in the name after each part of the pattern: the work is at most name times pattern.
  let ends = new Set([0])
  for (const part of pattern.toLowerCase().match(/\*+|[^*]/gu) ?? []) ends = step(ends, part, characters)
  return ends.has(characters.length)
}

function step(from: ReadonlySet<number>, part: string, characters: readonly string[]): Set<number> {
  if (!part.startsWith('*')) return new Set([...from].filter(at => characters[at] === part).map(at => at + 1))
  const ends = new Set<number>()
  for (let at = 0; at <= characters.length; at++) {
    const canExtend = ends.has(at - 1) && (part.length > 1 || characters[at - 1] !== '.')
    if (from.has(at) || canExtend) ends.add(at)
  }
  return ends
}
