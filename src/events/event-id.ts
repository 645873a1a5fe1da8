import { hash } from 'node:crypto'

/** The longest id that stores take. */
const MAX_ID_BYTES = 512

/** `<file id>-<offset>`: agents without a certificate, or of the first edition, draw file ids of 16 characters. */
const UNBOUND_AGENT_ID = /^[\w-]{16}-\d+$/
/** The others draw 16 characters behind the 12 of the hash of their name. */
const BOUND_AGENT_ID = /^[\w-]{28}-\d+$/

/** How ids are bound to the name in the certificate of their sender (docs/protocol.md). */
export interface IdBinding {
  /** `hashName` of it. */
  readonly nameHash: string
  /** Ids of agents of the first edition are bound as well, instead of being taken as they are. */
  readonly isStrict: boolean
}

export interface BoundId {
  readonly id: string
  /** It carried the hash of another name. */
  readonly isForeign: boolean
}

/** The id under which an event is stored: the same for the same id and name, whatever else is in the event. */
export function bindId(id: string, binding: IdBinding | undefined): BoundId {
  const isForeign = false
  if (binding === undefined) return { id: makeStorable(id), isForeign }
  const { nameHash, isStrict } = binding
  if (id.startsWith(nameHash))
    return { id: isStorable(id) ? id : `${nameHash}-${hashId(JSON.stringify(id))}`, isForeign }
  if (!isStrict && UNBOUND_AGENT_ID.test(id)) return { id, isForeign }
  const bound = `${nameHash}-${id}`
  return {
    id: isStorable(bound) ? bound : `${nameHash}-${hashId(JSON.stringify(id))}`,
    isForeign: BOUND_AGENT_ID.test(id),
  }
}

/** Stores write a lone surrogate as U+FFFD, which would make two ids one; and they take no longer ids. */
function makeStorable(id: string): string {
  return isStorable(id) ? id : hashId(JSON.stringify(id))
}

function isStorable(id: string): boolean {
  return (id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES) && id.isWellFormed()
}

/** JSON writes each lone surrogate as its escape, so that different ids stay different. */
export function hashId(text: string | Buffer): string {
  return `sha256-${hash('sha256', text, 'base64url')}`
}
