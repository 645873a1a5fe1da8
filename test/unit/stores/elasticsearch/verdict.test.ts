import test from 'ava'
import fc from 'fast-check'
import { readBulkAnswer } from '../../../../src/stores/elasticsearch/bulk/bulk-answer.ts'
import type { HttpAnswer } from '../../../../src/stores/elasticsearch/http/send-one-request.ts'
import type { Complaint } from '../../../../src/stores/elasticsearch/http/server-complaint.ts'
import { judgeItem, judgeItems, judgeWhole } from '../../../../src/stores/elasticsearch/bulk/verdict.ts'

const QUEUE =
  'rejected execution of TimedRunnable{original=...} on TaskExecutionTimeTrackingEsThreadPoolExecutor[name = n1/write, queue capacity = 1]'

// [what, status, type, reason, kind, doubtful]
const items: readonly (readonly [string, number, string, string, string, boolean?])[] = [
  ['the status of a new document', 201, '', '', 'stored'],
  [
    'the conflict of an existing id',
    409,
    'version_conflict_engine_exception',
    '[a]: version conflict, document already exists',
    'existed',
  ],
  ['another conflict', 409, 'some_exception', '', 'held'],
  ['a full queue of Elasticsearch', 429, 'es_rejected_execution_exception', QUEUE, 'retry', false],
  ['a full queue of OpenSearch', 429, 'rejected_execution_exception', QUEUE, 'retry', false],
  [
    'the flood-stage block',
    429,
    'cluster_block_exception',
    'index [f1] blocked by: [TOO_MANY_REQUESTS/12/…]',
    'retry',
    false,
  ],
  ['an inactive shard', 503, 'unavailable_shards_exception', '[f5][0] primary shard is not active', 'retry', true],
  ['an unknown server error', 500, 'node_closed_exception', '', 'retry', true],
  ['the new parsing error', 400, 'document_parsing_exception', '[1:15] failed to parse field [@timestamp]', 'refused'],
  ['the old parsing error', 400, 'mapper_parsing_exception', 'failed to parse field [@timestamp]', 'refused'],
  [
    'the parsing error of a template',
    400,
    'mapper_parsing_exception',
    'Failed to parse mapping: No handler for type',
    'held',
  ],
  ['a field that a strict mapping lacks', 400, 'strict_dynamic_mapping_exception', 'mapping set to strict', 'refused'],
  [
    'an immense term',
    400,
    'illegal_argument_exception',
    'Document contains at least one immense term in field="k"',
    'refused',
  ],
  ['too many fields', 400, 'illegal_argument_exception', 'Limit of total fields [2] has been exceeded', 'refused'],
  ['a missing pipeline', 400, 'illegal_argument_exception', 'pipeline with id [nope] does not exist', 'held'],
  [
    'an alias without a write index',
    400,
    'illegal_argument_exception',
    'no write index is defined for alias [a]',
    'held',
  ],
  ['an unknown argument error', 400, 'illegal_argument_exception', 'something new', 'held'],
  ['a closed index', 400, 'index_closed_exception', 'closed', 'held'],
  ['the limit of shards', 400, 'validation_exception', 'this action would add [2] shards', 'held'],
  ['an invalid index name', 400, 'invalid_index_name_exception', 'must be lowercase', 'held'],
  ['a missing index', 404, 'index_not_found_exception', 'no such index [x]', 'held'],
  ['a write block', 403, 'cluster_block_exception', 'blocked by: [FORBIDDEN/8/index write (api)];', 'held'],
  ['a missing right', 403, 'security_exception', 'no permissions for [indices:admin/create]', 'held'],
]

for (const [what, status, type, reason, kind, isDoubtful] of items) {
  test(`the verdict on an item with ${what} is "${kind}"`, t => {
    const verdict = judgeItem({ status, type, reason }, 'logs-1')
    t.is(verdict.kind, kind as typeof verdict.kind)
    if (verdict.kind === 'retry') t.is(verdict.isDoubtful, isDoubtful === true)
    if (verdict.kind === 'held') t.true(verdict.target === 'logs-1' && verdict.remedy.length > 10)
  })
}

const answer = (status: number, body: string, contentType = 'application/json'): HttpAnswer => ({
  kind: 'answer',
  status,
  contentType,
  body: Buffer.from(body),
})

// [what, answer, kind, doubtful]
const wholes: readonly (readonly [string, HttpAnswer, string, boolean?])[] = [
  ['a text of OpenSearch with 401', answer(401, 'Unauthorized', 'text/plain'), 'held'],
  [
    'a text of a starting OpenSearch with 503',
    answer(503, 'OpenSearch Security not initialized.', 'text/plain'),
    'retry',
    true,
  ],
  ['the page of a proxy', answer(502, '<html>Bad Gateway</html>', 'text/html'), 'retry', true],
  ['a page with 200', answer(200, '<html>Welcome</html>', 'text/html'), 'held'],
  [
    'a string as error and 406',
    answer(406, '{"error":"Content-Type header [x] is not supported","status":406}'),
    'held',
  ],
  ['a redirect', answer(302, ''), 'held'],
  [
    'the block of a missing master',
    answer(503, '{"error":{"type":"cluster_block_exception","reason":"no master"},"status":503}'),
    'retry',
    false,
  ],
  [
    'a tripped circuit breaker',
    answer(429, '{"error":{"type":"circuit_breaking_exception","reason":"x"},"status":429}'),
    'retry',
    false,
  ],
  [
    'the block of a cluster',
    answer(403, '{"error":{"type":"cluster_block_exception","reason":"x"},"status":403}'),
    'held',
  ],
]

for (const [what, given, kind, isDoubtful] of wholes) {
  test(`the verdict on a whole request answered with ${what} is "${kind}"`, t => {
    const read = readBulkAnswer(given, 2)
    if (read.kind !== 'whole') return t.fail(`it was read as ${read.kind}`)
    const verdict = judgeWhole(read.complaint, 'logs-*')
    t.is(verdict.kind, kind as typeof verdict.kind)
    if (verdict.kind === 'retry') t.is(verdict.isDoubtful, isDoubtful === true)
  })
}

test('an answer that is cut off, or has not one item per document, decides nothing', t => {
  const full = '{"items":[{"create":{"status":201}},{"create":{"status":201}}]}'
  t.is(readBulkAnswer(answer(200, full), 2).kind, 'items')
  for (let end = 0; end < full.length; end++) t.is(readBulkAnswer(answer(200, full.slice(0, end)), 2).kind, 'garbled')
  t.is(readBulkAnswer(answer(200, full), 3).kind, 'garbled')
  t.is(readBulkAnswer(answer(200, full), 1).kind, 'garbled')
  t.is(readBulkAnswer(answer(200, '{}'), 0).kind, 'garbled')
})

test('the whole reason is in the dead letter, cut to a length', t => {
  const quote = "failed to parse field [a]. Preview of field's value: 'SECRET'"
  const verdict = judgeItem({ status: 400, type: 'document_parsing_exception', reason: quote }, 'i')
  t.like(verdict, { kind: 'refused', reason: quote })
  const long = judgeItem({ status: 400, type: 'document_parsing_exception', reason: 'x'.repeat(99_999) }, 'i')
  t.true(JSON.stringify(long).length < 2200)
})

// Errors of processors of OpenSearch 2.19 for one line, each of type illegal_argument_exception. SECRET is in the document.
const refusals: readonly (readonly [string, string])[] = [
  ['grok', 'Provided Grok expressions do not match field value: [SECRET]'],
  [
    'grok, quoting what other rows look for',
    'Provided Grok expressions do not match field value: [no write index SECRET]',
  ],
  ['grok without its field', 'field [SECRET] not present as part of path [SECRET]'],
  ['date', 'unable to parse date [SECRET]'],
  ['json', 'com.fasterxml.jackson.core.JsonParseException: Unrecognized token SECRET: was expecting (JSON String, …)'],
  ['kv', 'field [message] does not contain value_split [=]: SECRET'],
  ['convert', 'unable to convert [SECRET] to integer'],
]
const judgeBare = (answers: readonly Complaint[], targetOf: (i: number) => string = () => 'logs-1') =>
  judgeItems(answers, { targetOf, hasPipeline: false })
const stored = { status: 201, type: '', reason: '' }
const conflict = { status: 409, type: 'version_conflict_engine_exception', reason: '' }

for (const [processor, reason] of refusals) {
  const line = { status: 400, type: 'illegal_argument_exception', reason }

  test(`a line that a pipeline refuses (${processor}) is the document’s fault if another event passed`, t => {
    for (const neighbour of [stored, conflict]) {
      const verdicts = judgeBare([neighbour, line])
      t.like(verdicts[1], { kind: 'refused', target: 'logs-1', type: 'illegal_argument_exception', reason })
      t.like(judgeBare([line, neighbour])[0], { kind: 'refused' })
    }
  })

  test(`a line that a pipeline refuses (${processor}) is held if no other event passed, and its text is not logged`, t => {
    const [verdict] = judgeBare([line, line, { ...stored, status: 429 }])
    t.like(verdict, { kind: 'held', target: 'logs-1', reason: '400 illegal_argument_exception', mayBeDocument: true })
    t.notRegex(JSON.stringify(verdict), /SECRET/)
  })
}

test('an event that passed in another index proves nothing', t => {
  const line = { status: 400, type: 'illegal_argument_exception', reason: 'unable to parse date [x]' }
  const verdicts = judgeBare([stored, line, line, stored], i => (i < 2 ? `logs-${i}` : 'logs-2'))
  t.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['stored', 'held', 'refused', 'stored'],
  )
})

test('a known fault of the target is not attributed to a document even if another event passed', t => {
  const closed = { status: 400, type: 'index_closed_exception', reason: 'closed' }
  const pipeline = { status: 400, type: 'illegal_argument_exception', reason: 'pipeline with id [p] does not exist' }
  const forbidden = { status: 403, type: 'security_exception', reason: 'no' }
  const verdicts = judgeBare([stored, closed, pipeline, forbidden])
  t.deepEqual(
    verdicts.map(({ kind }) => kind),
    ['stored', 'held', 'held', 'held'],
  )
})

for (const [processor, reason] of refusals) {
  test(`a line that the pipeline of the store refuses (${processor}) is the document’s fault, also alone`, t => {
    const line = { status: 400, type: 'illegal_argument_exception', reason }
    const [verdict] = judgeItems([line], { targetOf: () => 'logs-1', hasPipeline: true })
    t.like(verdict, { kind: 'refused', reason })
  })
}

test('a pipeline of the store that is missing is the target’s fault', t => {
  const line = { status: 400, type: 'illegal_argument_exception', reason: 'pipeline with id [p] does not exist' }
  t.like(judgeItems([line], { targetOf: () => 'logs-1', hasPipeline: true })[0], { kind: 'held' })
})

test('the processor "fail" of a pipeline is the document’s fault', t => {
  t.like(judgeItem({ status: 500, type: 'fail_processor_exception', reason: 'no' }, 'i'), { kind: 'refused' })
})

for (const status of [429, 502, 503, 504]) {
  test(`an item ${status} is never attributed to its document`, t => {
    for (const hasPipeline of [false, true]) {
      const [, verdict] = judgeItems([stored, { status, type: 'x', reason: '' }], { targetOf: () => 'i', hasPipeline })
      t.is(verdict?.kind, 'retry')
      t.false(verdict !== undefined && 'complaint' in verdict)
    }
  })
}

test('an item 500 is retried with what would be in its dead letter, an item that cannot be read without', t => {
  const failed = judgeItem({ status: 500, type: 'illegal_state_exception', reason: 'SECRET' }, 'logs-1')
  t.like(failed, { kind: 'retry', target: 'logs-1', reason: '500 illegal_state_exception', isDoubtful: true })
  t.like(failed, { complaint: { type: 'illegal_state_exception', reason: 'SECRET' } })
  const read = readBulkAnswer(answer(200, '{"items":[5]}'), 1)
  if (read.kind !== 'items') return t.fail(`it was read as ${read.kind}`)
  t.false('complaint' in (judgeBare(read.items)[0] ?? {}))
})

/** Wordings of real servers around a text of the document. */
const WORDINGS: readonly ((text: string) => string)[] = [
  text => text,
  text => `[1:15] failed to parse field [a] of type [long]. Preview of field's value: '${text}'`,
  text => `Provided Grok expressions do not match field value: [${text}]`,
  text => `unable to parse date [${text}]`,
  text => `unable to convert [${text}] to integer`,
  text => `primary shard is not active, request: [BulkShardRequest [[f5][0]] containing [index {source[${text}]}]]`,
  text => `number_format_exception: For input string: "${text}"`,
  text => `Unrecognized token '${text}': was expecting (JSON String, Number, Array, Object or token 'null')`,
  text => `blocked: your request contained ${text}`,
  text => `${text}: no such index [x]`,
  text => `index [x] blocked by: [FORBIDDEN/8/index write (api)]; ${text}`,
]
const TYPES = [
  'illegal_argument_exception',
  'security_exception',
  'cluster_block_exception',
  'text',
  'validation_exception',
]

test('no text of a document is in the reason for log and health, whichever type, status and wording quotes it', t => {
  const text = fc.string({ minLength: 1 }).map(end => `SECRET${end}`)
  const statuses = fc.constantFrom(400, 401, 403, 404, 406, 409, 413, 422, 429, 500, 503, 599)
  const types = fc.oneof(fc.constantFrom(...TYPES), text)
  fc.assert(
    fc.property(text, statuses, types, fc.constantFrom(...WORDINGS), (quoted, status, type, wording) => {
      const complaint = { status, type, reason: wording(quoted) }
      for (const verdict of [judgeItem(complaint, 'i'), judgeWhole(complaint, 'i')]) {
        const { kind } = verdict
        t.notRegex(kind === 'held' || kind === 'retry' ? verdict.reason : '', /SECRET/i)
        t.notRegex(kind === 'refused' ? verdict.type : '', /SECRET/i)
      }
    }),
  )
})

function shown(status: number, type: string, reason: string): string {
  const verdict = judgeItem({ status, type, reason }, 'i')
  return verdict.kind === 'held' ? verdict.reason : verdict.kind
}

test('the reason of a fault of the target is shown as far as its wording is known', t => {
  const block = 'index [f1] blocked by: [FORBIDDEN/8/index write (api)];'
  const right =
    'action [indices:admin/auto_create] is unauthorized for user [shipper] with effective roles [shipper] on indices [other], this action is granted by the index privileges [auto_configure,create_index,manage,all]'
  t.is(shown(403, 'cluster_block_exception', block), `403 cluster_block_exception: ${block.slice(0, -1)}…`)
  t.is(
    shown(403, 'security_exception', right),
    `403 security_exception: ${right.slice(0, right.indexOf(', this action'))}…`,
  )
  t.is(shown(400, 'index_closed_exception', 'closed'), '400 index_closed_exception: closed')
})
