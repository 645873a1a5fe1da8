import { parseDuration } from './duration.ts'

/** A time such as 2026-11-21T10:00:00Z, or how long ago it was, such as 90m; undefined for anything else. */
export function parseMoment(text: string, nowMs: number): number | undefined {
  const ago = parseDuration(text)
  if (ago !== undefined) return nowMs - ago
  const time = /^\d{4}-\d{2}-\d{2}/u.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(time) ? undefined : time
}
