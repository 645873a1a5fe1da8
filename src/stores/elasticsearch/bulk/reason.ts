import type { Complaint } from './verdict.ts'

const MAX_KEPT = 2000
const MAX_LOGGED = 300

// From here on servers quote the document (or may): seen in 7.17 to 9.1 and OpenSearch 2.19.
const QUOTE =
  /Preview of field's value|source\[|containing \[|, request: |with value \[|For input string|failed to parse date field/i

/** Types whose reasons speak of servers, indices and rights. */
const SHOWN_TYPES: ReadonlySet<string> = new Set([
  'circuit_breaking_exception',
  'cluster_block_exception',
  'cluster_manager_not_discovered_exception',
  'es_rejected_execution_exception',
  'index_closed_exception',
  'index_not_found_exception',
  'invalid_index_name_exception',
  'malformed_item',
  'master_not_discovered_exception',
  'media_type_header_exception',
  'no_shard_available_action_exception',
  'node_closed_exception',
  'not_elasticsearch',
  'process_cluster_event_timeout_exception',
  'rejected_execution_exception',
  'security_exception',
  'text', // of a proxy, or of a server before it looks at the request
  'unavailable_shards_exception',
  'validation_exception',
])

/** What may stand in a log or a status: any other type may quote a document in a way that nobody has seen yet. */
export function describeSafely(complaint: Complaint): string {
  return SHOWN_TYPES.has(complaint.type) ? describe(complaint) : `${complaint.status} ${complaint.type}`
}

/** For reasons whose wording is known: without what they quote of a document, cut to a length. */
export function describe({ status, type, reason }: Complaint): string {
  const quote = reason.search(QUOTE)
  const shown = quote === -1 ? reason : `${reason.slice(0, quote)}…`
  return `${status} ${type}: ${shown.length > MAX_LOGGED ? `${shown.slice(0, MAX_LOGGED)}…` : shown}`
}

/** A reason as it is kept with a dead letter. */
export function cutReason(reason: string): string {
  return reason.length > MAX_KEPT ? `${reason.slice(0, MAX_KEPT)}…` : reason
}
