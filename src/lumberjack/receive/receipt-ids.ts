import { randomBytes } from 'node:crypto'

/** Ids for events that come without one: 96 random bits a receiver, then a counter, so that none is ever given twice. */
export function createReceiptIds(): () => string {
  const prefix = randomBytes(12).toString('base64url')
  let count = 0
  return () => `${prefix}-r${(count++).toString(36)}`
}
