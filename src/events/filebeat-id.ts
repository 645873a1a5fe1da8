import { createHash } from 'node:crypto'
import { isRecord } from '../flow/is-record.ts'

/** The members by which an event of Filebeat is known, as they were written; undefined for one that is missing. */
export interface FilebeatMembers {
  readonly agent: Buffer | undefined
  readonly log: Buffer | undefined
  readonly message: Buffer | undefined
  readonly timestamp: Buffer | undefined
}

const FILEBEAT = Buffer.from('"filebeat"')
/** Beats write a few hundred bytes. */
const MAX_MEMBER_BYTES = 16 * 1024

/**
 * An id for an event of Filebeat that has none, so that a resend of it is stored once: made of the agent, the file, the
 * offset, the time and the message. Undefined where one of them is missing.
 */
export function makeFilebeatId({ agent, log, message, timestamp }: FilebeatMembers): string | undefined {
  if (agent === undefined || log === undefined || message === undefined || timestamp === undefined) return undefined
  if (agent.length > MAX_MEMBER_BYTES || log.length > MAX_MEMBER_BYTES || !agent.includes(FILEBEAT)) return undefined
  const sender: unknown = JSON.parse(agent.toString())
  const place: unknown = JSON.parse(log.toString())
  if (!isRecord(sender) || sender['type'] !== 'filebeat' || !isText(sender['id'])) return undefined
  if (!isRecord(place) || !isRecord(place['file']) || !isText(place['file']['path'])) return undefined
  if (!Number.isSafeInteger(place['offset'])) return undefined
  const { path, inode, device_id: device } = place['file']
  const known = JSON.stringify([sender['id'], path, inode ?? null, device ?? null, place['offset']])
  const digest = createHash('sha256').update(`${known} `).update(timestamp).update(' ').update(message)
  return `filebeat-${digest.digest('base64url')}`
}

/** Not empty. */
export function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
