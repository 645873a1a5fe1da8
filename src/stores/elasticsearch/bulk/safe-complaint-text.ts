// Logs and health never have the text of a document, and any server may quote one in any reason.
import type { ServerComplaint } from '../http/server-complaint.ts'

const MAX_KEPT_CHARACTERS = 2000
const MAX_LOGGED_CHARACTERS = 300
const NAME = String.raw`\[[\w.:/*<>{}+@-]{1,255}\]`
const NAMES = String.raw`\[[\w.:/*+@, -]{0,255}\]`

/** Reasons about servers, indices and rights, as far as they are shown: seen in Elasticsearch 7.17 to 9.1 and OpenSearch 2.19. */
const SHOWN: readonly RegExp[] = [
  `(index ${NAME} )?blocked by: \\[[A-Z_]+/\\d+/[\\w ()/,.-]+\\]`,
  `no such index ${NAME}`,
  'closed',
  `action ${NAME} is unauthorized for (user|API key|service account) ${NAMES}( with effective roles ${NAMES})?( on indices ${NAMES})?`,
  String.raw`no permissions for \[[\w.:/*, -]{1,255}(\[s\])?`,
  `failed to parse mapping( ${NAME})?(: No handler for type ${NAME})?`,
  `(missing authentication credentials|unable to authenticate user ${NAME}) for REST request`,
  `pipeline with id ${NAME} does not exist`,
  `no write index is defined for alias ${NAME}`,
  'only write ops with an op_type of create are allowed in data streams',
  'this action would add \\[\\d+\\][\\w ]*shards, but this cluster currently has \\[\\d+\\]/\\[\\d+\\] maximum[\\w ]*shards open',
  `Invalid index name ${NAME}`,
  `${NAME}\\[\\d+\\] primary shard is not active`,
  'OpenSearch Security not initialized',
  'Unauthorized',
  String.raw`Content-Type header \[[\w/.;=+ -]{1,100}\] is not supported`,
  'an HTML page',
  'an empty answer',
  'an item of the answer is not an object',
  String.raw`not JSON but [\w/.+ -]{1,100}`,
].map(pattern => new RegExp(`^(?:${pattern})`, 'i'))

/** For logs and statuses: the status, the type, and the reason as far as its wording is known. */
export function describe({ status, type, reason }: ServerComplaint): string {
  if (status === 0) return reason // our own words, about a request without an answer
  const shown = SHOWN.map(pattern => pattern.exec(reason)?.[0]).find(text => text !== undefined)
  const start = `${status} ${nameType(type)}`.trimEnd()
  if (shown === undefined) return start
  return `${start}: ${shown.slice(0, MAX_LOGGED_CHARACTERS)}${shown.length < reason.length ? '…' : ''}`
}

/** A type is the name of a class of the server; anything else is not shown. */
export function nameType(type: string): string {
  return /^[a-z][a-z0-9_]{0,79}$/.test(type) || type === '' ? type : 'unnamed'
}

export function cutReason(reason: string): string {
  return reason.length > MAX_KEPT_CHARACTERS ? `${reason.slice(0, MAX_KEPT_CHARACTERS)}…` : reason
}
