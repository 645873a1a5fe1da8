import type { Complaint } from '../http/server-complaint.ts'

const MAX_KEPT_CHARACTERS = 2000
const MAX_LOGGED_CHARACTERS = 300

// Text after it quotes (or may quote) the document: seen in Elasticsearch 7.17 to 9.1 and OpenSearch 2.19.
const QUOTE =
  /Preview of field's value|source\[|containing \[|, request: |with value \[|For input string|failed to parse date field/i

/** Types whose reasons are about servers, indices and rights. */
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
  'text', // from a proxy, or from a server before it reads the request
  'unavailable_shards_exception',
  'validation_exception',
])

/** For logs and statuses. The reason of any other type may quote a document, so it is left out. */
export function describeSafely(complaint: Complaint): string {
  return SHOWN_TYPES.has(complaint.type) ? describe(complaint) : `${complaint.status} ${complaint.type}`
}

/** For reasons whose wording is known: without quotations of a document, cut to a length. */
export function describe({ status, type, reason }: Complaint): string {
  const quote = reason.search(QUOTE)
  const shown = quote === -1 ? reason : `${reason.slice(0, quote)}…`
  return `${status} ${type}: ${shown.length > MAX_LOGGED_CHARACTERS ? `${shown.slice(0, MAX_LOGGED_CHARACTERS)}…` : shown}`
}

export function cutReason(reason: string): string {
  return reason.length > MAX_KEPT_CHARACTERS ? `${reason.slice(0, MAX_KEPT_CHARACTERS)}…` : reason
}
