const MAX_KEPT = 2000
const MAX_LOGGED = 300

// From here on servers quote the document (or may): seen in 7.17 to 9.1 and OpenSearch 2.19.
const QUOTE =
  /Preview of field's value|source\[|containing \[|, request: |with value \[|For input string|failed to parse date field/i

/** A reason as it may stand in a log or a status: without what it quotes of a document, cut to a length. */
export function hideDocument(reason: string): string {
  const quote = reason.search(QUOTE)
  const shown = quote === -1 ? reason : `${reason.slice(0, quote)}…`
  return shown.length > MAX_LOGGED ? `${shown.slice(0, MAX_LOGGED)}…` : shown
}

/** A reason as it is kept with a dead letter. */
export function cutReason(reason: string): string {
  return reason.length > MAX_KEPT ? `${reason.slice(0, MAX_KEPT)}…` : reason
}
