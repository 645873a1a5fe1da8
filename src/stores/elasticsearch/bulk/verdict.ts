// What Elasticsearch 7, 8, 9 and OpenSearch mean by their answers: whose fault it is decides what is done.
// The first row that fits decides. Types and reasons are those of real servers; see docs/elasticsearch.md.
import type { Verdict } from '../../contract.ts'
import { cutReason, describe, describeSafely } from './reason.ts'

/** One item of a bulk answer, or the answer to a whole request. */
export interface Complaint {
  readonly status: number
  /** `error.type`; '' where there is none. */
  readonly type: string
  readonly reason: string
}

/** `unclear`: the document's where a neighbour for the same target passed, the target's where none did. */
type Fault = 'none' | 'load' | 'document' | 'target' | 'unclear'

interface Row {
  readonly status: (status: number) => boolean
  readonly type?: readonly string[]
  readonly reason?: RegExp
  readonly fault: Fault
  /** For faults of the target: what an operator can change. */
  readonly remedy?: string
}

const is = (wanted: number) => (status: number) => status === wanted
const isServerError = (status: number) => status >= 500
const isAny = () => true

const SECURITY =
  'give the user or API key the right to create documents (and indices) there: docs/elasticsearch.md lists what is needed'
const CREDENTIALS = 'check user and password, API key or token in the settings of the store'
const UNKNOWN = "look at the server's log and at the settings of the index"
const UNCLEAR = `${UNKNOWN} and its ingest pipeline: the reason may quote a document, so it is not shown here`

const ITEM_ROWS: readonly Row[] = [
  { status: status => status >= 200 && status < 300, fault: 'none' },
  { status: is(409), type: ['version_conflict_engine_exception'], fault: 'none' },
  { status: is(429), fault: 'load' }, // full queue, circuit breaker, a disk over its flood stage
  { status: isServerError, fault: 'load' },

  // An index that can't be made from its template's mapping has the same type as a document that does not fit.
  {
    status: is(400),
    type: ['mapper_parsing_exception'],
    reason: /^failed to parse mapping/i,
    fault: 'target',
    remedy: 'mend the mapping in the index template',
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
    remedy: 'create that ingest pipeline, or take "pipeline" out of the settings of the store',
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
    remedy: 'name it as "dataStream" in the settings of the store',
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
    remedy: 'take the write or read-only block off the index (PUT INDEX/_settings)',
  },
  { status: is(403), fault: 'target', remedy: SECURITY },
  { status: is(401), fault: 'target', remedy: CREDENTIALS },
  // Ingest pipelines refuse a line in as many ways as there are processors.
  { status: is(400), fault: 'unclear', remedy: UNCLEAR },
  { status: isAny, fault: 'target', remedy: UNKNOWN },
]

const WHOLE_ROWS: readonly Row[] = [
  { status: status => status === 429 || status === 408, fault: 'load' },
  { status: isServerError, fault: 'load' },
  { status: is(401), fault: 'target', remedy: CREDENTIALS },
  {
    status: is(403),
    type: ['cluster_block_exception'],
    fault: 'target',
    remedy: 'take the read-only block off the cluster (PUT _cluster/settings)',
  },
  { status: is(403), fault: 'target', remedy: SECURITY },
  {
    status: is(404),
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: what answers there knows no _bulk',
  },
  {
    status: is(405),
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: what answers there knows no _bulk',
  },
  {
    status: is(406),
    fault: 'target',
    remedy: 'check what stands between: the server refuses the content type of the request',
  },
  {
    status: is(407),
    fault: 'target',
    remedy: 'the proxy in between asks for credentials: name the server itself in "hosts"',
  },
  {
    status: status => status < 400,
    fault: 'target',
    remedy: 'check "hosts" in the settings of the store: no Elasticsearch or OpenSearch answers there',
  },
  { status: isAny, fault: 'target', remedy: UNKNOWN },
]

/** Refused or held off before anything was done with it: another try can't meet a document of this one. */
const NOT_CARRIED_OUT = new Set([
  'cluster_block_exception',
  'es_rejected_execution_exception',
  'rejected_execution_exception',
  'circuit_breaking_exception',
])

/** The verdicts on the items of one answer, in their order. */
export function judgeItems(items: readonly Complaint[], targetOf: (i: number) => string): readonly Verdict[] {
  const verdicts = items.map((item, i) => judgeItem(item, targetOf(i)))
  if (!verdicts.some(isUnclear)) return verdicts
  const passed = new Set(verdicts.filter(hasPassed).map(({ target }) => target))
  return verdicts.map((verdict, i) =>
    isUnclear(verdict) && passed.has(verdict.target) ? refuse(items[i] as Complaint, verdict.target) : verdict,
  )
}

/** The verdict on one event; `target` is the index, data stream or alias it was for. */
export function judgeItem(item: Complaint, target: string): Verdict {
  return judge(findRow(ITEM_ROWS, item), item, target)
}

/** The verdict on every event of a request that was answered as a whole, but for 400 and 413, which ask for halving. */
export function judgeWhole(answer: Complaint, target: string): Verdict {
  return judge(findRow(WHOLE_ROWS, answer), answer, target)
}

function findRow(rows: readonly Row[], { status, type, reason }: Complaint): Row | undefined {
  return rows.find(
    row =>
      row.status(status) && (row.type?.includes(type) ?? true) && (row.reason === undefined || row.reason.test(reason)),
  )
}

function judge(row: Row | undefined, complaint: Complaint, target: string): Verdict {
  const { status, type } = complaint
  const fault = row?.fault ?? 'target'
  if (fault === 'none') return { kind: status === 409 ? 'existed' : 'stored', target }
  const reason = row?.reason === undefined ? describeSafely(complaint) : describe(complaint)
  if (fault === 'load') return { kind: 'retry', reason, isDoubtful: status !== 429 && !NOT_CARRIED_OUT.has(type) }
  if (fault === 'document') return refuse(complaint, target)
  const remedy = row?.remedy ?? UNKNOWN
  return { kind: 'held', target, reason, remedy, ...(fault === 'unclear' && { mayBeDocument: true }) }
}

export function hasPassed(verdict: Verdict): verdict is Extract<Verdict, { kind: 'stored' | 'existed' }> {
  return verdict.kind === 'stored' || verdict.kind === 'existed'
}

function isUnclear(verdict: Verdict): verdict is Extract<Verdict, { kind: 'held' }> {
  return verdict.kind === 'held' && verdict.mayBeDocument === true
}

function refuse({ type, reason }: Complaint, target: string): Verdict {
  return { kind: 'refused', target, type, reason: cutReason(reason) }
}
