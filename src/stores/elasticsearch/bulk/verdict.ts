// The meaning of the answers of Elasticsearch 7, 8, 9 and OpenSearch: whose fault it is decides what is done.
// The first matching row decides. Types and reasons are those of real servers; see docs/elasticsearch.md.
import type { Complaint, Verdict } from '../../contract.ts'
import { cutReason, describe, nameType } from './safe-complaint-text.ts'
import type { EventAnswer } from './bulk-answer.ts'

/**
 * - `unclear`: the document's fault if another event for the same target passed, otherwise the target's.
 * - `failure`: the server failed on this event; the document's fault if that is so again and again while others pass.
 */
type Fault = 'none' | 'load' | 'document' | 'target' | 'unclear' | 'failure'

interface Row {
  readonly status: (status: number) => boolean
  readonly type?: readonly string[]
  readonly reason?: RegExp
  readonly fault: Fault
  /** For faults of the target: the change that an operator can make. */
  readonly remedy?: string
}

const is = (wanted: number) => (status: number) => status === wanted
const isServerError = (status: number) => status >= 500
/** A red shard, a missing master, a proxy: no document causes them. */
const isAway = (status: number) => status >= 502 && status <= 504
const isAny = () => true

const SECURITY =
  'give the user or API key the right to create documents (and indices) there: docs/elasticsearch.md lists the rights'
const CREDENTIALS = 'check the user and password, API key or token in the settings of the store'
const UNKNOWN = "look at the server's log and at the settings of the index"
const UNCLEAR = `${UNKNOWN} and its ingest pipeline: the reason may quote a document, so it is not shown here`

const TRUST = 'check "ca" or "caFingerprint" in the settings of the store and the names in the server\'s certificate'
const TOO_LARGE = 'the server refuses a request as long as this document (HTTP 413)'
const WHOLE = "look at the server's log: it refuses the request as a whole, not one document"

const ITEM_ROWS: readonly Row[] = [
  { status: status => status >= 200 && status < 300, fault: 'none' },
  { status: is(409), type: ['version_conflict_engine_exception'], fault: 'none' },
  { status: is(429), fault: 'load' }, // full queue, circuit breaker, a disk over its flood stage
  { status: isAway, fault: 'load' },
  { status: isServerError, type: ['malformed_item'], fault: 'load' },
  // The processor `fail` of a pipeline.
  { status: isServerError, type: ['fail_processor_exception', 'ingest_processor_exception'], fault: 'document' },
  { status: isServerError, fault: 'failure' },

  // An index that cannot be created from its template's mapping has the same type as a document that does not fit.
  {
    status: is(400),
    type: ['mapper_parsing_exception'],
    reason: /^failed to parse mapping/i,
    fault: 'target',
    remedy: 'fix the mapping in the index template',
  },
  {
    status: is(400),
    type: [
      'document_parsing_exception',
      'mapper_parsing_exception',
      'strict_dynamic_mapping_exception',
      'x_content_parse_exception',
      'json_parse_exception',
      'parsing_exception',
      'unusable_id',
    ],
    fault: 'document',
  },
  {
    status: is(400),
    type: ['illegal_argument_exception'],
    reason:
      /immense term|Limit of (total fields|mapping depth|nested)|data stream timestamp field|cannot be changed from type|Limit of field name length/,
    fault: 'document',
  },

  {
    status: is(400),
    type: ['illegal_argument_exception'],
    reason: /^pipeline with id/,
    fault: 'target',
    remedy: 'create that ingest pipeline, or remove "pipeline" from the settings of the store',
  },
  {
    status: is(400),
    type: ['illegal_argument_exception'],
    reason: /^no write index/,
    fault: 'target',
    remedy: 'set "is_write_index": true on one index of that alias',
  },
  {
    status: is(400),
    type: ['illegal_argument_exception'],
    reason: /^only write ops with an op_type of create/,
    fault: 'target',
    remedy: 'set "dataStream" to its name in the settings of the store',
  },
  {
    status: is(400),
    type: ['index_closed_exception'],
    fault: 'target',
    remedy: 'open the index again (POST INDEX/_open)',
  },
  {
    status: is(400),
    type: ['invalid_index_name_exception'],
    fault: 'target',
    remedy: 'change "index" in the settings of the store',
  },
  {
    status: is(400),
    type: ['validation_exception'],
    fault: 'target',
    remedy: 'raise cluster.max_shards_per_node, add a node, or delete old indices',
  },
  {
    status: is(404),
    type: ['index_not_found_exception'],
    fault: 'target',
    remedy: 'create the index, or allow it in action.auto_create_index',
  },
  {
    status: is(403),
    type: ['cluster_block_exception'],
    fault: 'target',
    remedy: 'remove the write or read-only block from the index (PUT INDEX/_settings)',
  },
  { status: is(403), fault: 'target', remedy: SECURITY },
  { status: is(401), fault: 'target', remedy: CREDENTIALS },
  // Each processor of an ingest pipeline refuses a line in its own way.
  { status: isAny, fault: 'unclear', remedy: UNCLEAR },
]

/** For an answer that events share, or that did not come. */
const WHOLE_ROWS: readonly Row[] = [
  { status: is(0), type: ['untrusted'], fault: 'target', remedy: TRUST },
  { status: is(0), fault: 'load' },
  { status: is(400), fault: 'unclear', remedy: WHOLE },
  { status: is(413), fault: 'document' },
  { status: status => status === 429 || status === 408, fault: 'load' },
  { status: isServerError, fault: 'load' },
  { status: is(401), fault: 'target', remedy: CREDENTIALS },
  {
    status: is(403),
    type: ['cluster_block_exception'],
    fault: 'target',
    remedy: 'remove the read-only block from the cluster (PUT _cluster/settings)',
  },
  { status: is(403), fault: 'target', remedy: SECURITY },
  {
    status: is(404),
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: the server there does not support _bulk',
  },
  {
    status: is(405),
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: the server there does not support _bulk',
  },
  {
    status: is(406),
    fault: 'target',
    remedy: 'check the proxies in between: the server refuses the content type of the request',
  },
  {
    status: is(407),
    fault: 'target',
    remedy: 'the proxy in between asks for credentials: set "hosts" to the server itself',
  },
  {
    status: status => status < 400,
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: the server there is not Elasticsearch or OpenSearch',
  },
  { status: isAny, fault: 'target', remedy: UNKNOWN },
]

/** The server refused the event before doing anything with it, so a retry cannot find a document of this try. */
const NOT_CARRIED_OUT = new Set([
  'cluster_block_exception',
  'es_rejected_execution_exception',
  'rejected_execution_exception',
  'circuit_breaking_exception',
  'unsent',
])

export interface Circumstances {
  /** The index, data stream or alias of an event, by its position. */
  readonly targetOf: (i: number) => string
  /** The target of verdicts that concern all indices. */
  readonly name: string
  /**
   * An event goes through an ingest pipeline that the store or its sender chose: what that cannot take is the document's
   * fault, without a neighbour that passes.
   */
  readonly hasPipeline: (i: number) => boolean
}

/** The verdicts on the events of one call, in order: what passed shows whose fault the unclear answers are. */
export function judge(answers: readonly EventAnswer[], circumstances: Circumstances): readonly Verdict[] {
  const { targetOf, name, hasPipeline } = circumstances
  const verdicts = judgeEach(answers, targetOf, name)
  if (!verdicts.some(isUnclear)) return verdicts
  const passed = new Set(verdicts.filter(hasPassed).map(({ target }) => target))
  return verdicts.map((verdict, i) => {
    const answer = answers[i]
    if (answer === undefined || !isUnclear(verdict)) return verdict
    const isOfPipeline = hasPipeline(i) && answer.status === 400 && answer.sharedBy === undefined
    return (isOwn(answer) && passed.has(verdict.target)) || isOfPipeline ? refuse(answer, verdict.target) : verdict
  })
}

/** Neighbours mostly have the same answer and target, and then share a verdict. */
function judgeEach(answers: readonly EventAnswer[], targetOf: (i: number) => string, all: string): readonly Verdict[] {
  let last: { readonly answer: EventAnswer; readonly own: string; readonly verdict: Verdict } | undefined
  return answers.map((answer, i) => {
    const own = targetOf(i)
    if (last?.answer !== answer || last.own !== own) last = { answer, own, verdict: judgeOne(answer, own, all) }
    return last.verdict
  })
}

/** `all` is the target of what concerns all indices. */
function judgeOne(answer: EventAnswer, own: string, all: string): Verdict {
  const { status, sharedBy } = answer
  const isShared = sharedBy !== undefined || status === 0
  const isOfMany = isShared && sharedBy !== 1
  const row = findRow(isShared ? WHOLE_ROWS : ITEM_ROWS, answer)
  switch (row?.fault) {
    case 'none':
      return { kind: status === 409 ? 'existed' : 'stored', target: own }
    case 'document':
      return refuse(answer, own)
    case 'load':
      return isShared ? retry(answer) : { ...retry(answer), target: own }
    case 'failure':
      return { ...retry(answer), target: own, complaint: complain(answer) }
    case 'target':
    case 'unclear':
    case undefined:
      return hold(answer, row, isOfMany ? all : own)
  }
}

function retry(answer: EventAnswer): Extract<Verdict, { kind: 'retry' }> {
  const isDoubtful = answer.status !== 429 && !NOT_CARRIED_OUT.has(answer.type)
  return { kind: 'retry', reason: describe(answer), isDoubtful }
}

function hold(answer: EventAnswer, row: Row | undefined, target: string): Verdict {
  return {
    kind: 'held',
    target,
    reason: describe(answer),
    remedy: row?.remedy ?? UNKNOWN,
    // A proxy may have put its page in place of the answer.
    ...(answer.status === 200 && { isDoubtful: true }),
    ...(row?.fault === 'unclear' && { mayBeDocument: true }),
    ...(row?.fault === 'unclear' && isOwn(answer) && { complaint: complain(answer) }),
  }
}

function refuse(answer: EventAnswer, target: string): Verdict {
  return { kind: 'refused', target, ...complain(answer) }
}

function complain({ status, type, reason }: EventAnswer): Complaint {
  if (status === 413) return { type: 'document_too_large', reason: TOO_LARGE }
  return { type: nameType(type) || `http_${status}`, reason: cutReason(reason) }
}

/** It is about this event, and not about others that were sent with it. */
function isOwn({ sharedBy }: EventAnswer): boolean {
  return sharedBy === undefined || sharedBy === 1
}

export function holdUntrusted(target: string, reason: string): Verdict {
  return { kind: 'held', target, reason, remedy: TRUST }
}

function findRow(rows: readonly Row[], { status, type, reason }: EventAnswer): Row | undefined {
  return rows.find(
    row =>
      row.status(status) && (row.type?.includes(type) ?? true) && (row.reason === undefined || row.reason.test(reason)),
  )
}

function hasPassed(verdict: Verdict): verdict is Extract<Verdict, { kind: 'stored' | 'existed' }> {
  return verdict.kind === 'stored' || verdict.kind === 'existed'
}

function isUnclear(verdict: Verdict): verdict is Extract<Verdict, { kind: 'held' }> {
  return verdict.kind === 'held' && verdict.mayBeDocument === true
}
