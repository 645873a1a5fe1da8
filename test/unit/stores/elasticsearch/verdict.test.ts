import fc from 'fast-check'
import test from 'ava'
import { type EventAnswer, readBulkAnswer } from '../../../../src/stores/elasticsearch/bulk/bulk-answer.ts'
import type { Verdict } from '../../../../src/stores/contract.ts'
import type { HttpAnswer } from '../../../../src/stores/elasticsearch/http/send-one-request.ts'
import { judge } from '../../../../src/stores/elasticsearch/bulk/verdict.ts'

function judgeItem(answer: EventAnswer, target: string): Verdict {
  return judge([answer], { targetOf: () => target, name: 'all', hasPipeline: () => false })[0] as Verdict
}

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
    t.is(read[0]?.sharedBy, 2)
    const [verdict, other] = judge(read, { targetOf: () => 'logs-1', name: 'logs-*', hasPipeline: () => false })
    if (verdict === undefined) return t.fail('there is no verdict')
    t.deepEqual(other, verdict)
    if (verdict.kind === 'held') t.is(verdict.target, 'logs-*')
    t.is(verdict.kind, kind as typeof verdict.kind)
    if (verdict.kind === 'retry') t.is(verdict.isDoubtful, isDoubtful === true)
  })
}

function typesOf(body: string, count: number): readonly string[] {
  return readBulkAnswer(answer(200, body), count).map(({ type }) => type)
}

test('an answer that is cut off, or has not one item per document, decides nothing', t => {
  const full = '{"items":[{"create":{"status":201}},{"create":{"status":201}}]}'
  t.deepEqual(typesOf(full, 2), ['', ''])
  for (let end = 0; end < full.length; end++) t.deepEqual(typesOf(full.slice(0, end), 2), ['garbled', 'garbled'])
  t.deepEqual(typesOf(full, 3), ['garbled', 'garbled', 'garbled'])
  t.deepEqual(typesOf(full, 1), ['garbled'])
  t.like(judgeItem({ status: 0, type: 'garbled', reason: '' }, 'i'), { kind: 'retry', isDoubtful: true })
})

const ITEMS = [
  '{"create":{"status":201}}',
  '{"create":{"status":409}}',
  '5',
  '"a"',
  '{}',
  '{"create":{"status":201,"error":{"type":"},{"}}}',
]

test('an answer means the same, whichever way its items are written', t => {
  const property = fc.property(fc.array(fc.constantFrom(...ITEMS), { maxLength: 6 }), fc.nat(8), (written, count) => {
    for (const start of ['{"items":[', '{"errors":false,"items":[']) {
      const [dense, spaced] = [written.join(','), written.join(' , ')]
      t.deepEqual(
        readBulkAnswer(answer(200, `${start}${dense}]}`), count),
        readBulkAnswer(answer(200, `${start}${spaced} ]}`), count),
      )
    }
  })
  fc.assert(property, { numRuns: 500 })
})

test('of an answer whose items are the same, one is read', t => {
  for (const count of [1, 2, 5000]) {
    const body = `{"items":[${Array.from({ length: count }, () => ITEMS[0]).join(',')}]}`
    const answers = readBulkAnswer(answer(200, body), count)
    t.is(answers.length, count)
    t.deepEqual([...new Set(answers)], [{ status: 201, type: '', reason: '' }])
  }
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
const judgeBare = (answers: readonly EventAnswer[], targetOf: (i: number) => string = () => 'logs-1') =>
  judge(answers, { targetOf, name: 'all', hasPipeline: () => false })
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
    t.like(verdict, { complaint: { type: 'illegal_argument_exception', reason } })
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
    const [verdict] = judge([line], { targetOf: () => 'logs-1', name: 'all', hasPipeline: () => true })
    t.like(verdict, { kind: 'refused', reason })
  })
}

test('a pipeline of the store that is missing is the target’s fault', t => {
  const line = { status: 400, type: 'illegal_argument_exception', reason: 'pipeline with id [p] does not exist' }
  t.like(judge([line], { targetOf: () => 'logs-1', name: 'all', hasPipeline: () => true })[0], { kind: 'held' })
})

test('the processor "fail" of a pipeline is the document’s fault', t => {
  t.like(judgeItem({ status: 500, type: 'fail_processor_exception', reason: 'no' }, 'i'), { kind: 'refused' })
})

for (const status of [429, 502, 503, 504]) {
  test(`an item ${status} is never attributed to its document`, t => {
    for (const hasPipeline of [false, true]) {
      const [, verdict] = judge([stored, { status, type: 'x', reason: '' }], {
        targetOf: () => 'i',
        name: 'all',
        hasPipeline: () => hasPipeline,
      })
      t.is(verdict?.kind, 'retry')
      t.false(verdict !== undefined && 'complaint' in verdict)
    }
  })
}

test('an item 500 is retried with what would be in its dead letter, an item that cannot be read without', t => {
  const failed = judgeItem({ status: 500, type: 'illegal_state_exception', reason: 'SECRET' }, 'logs-1')
  t.like(failed, { kind: 'retry', target: 'logs-1', reason: '500 illegal_state_exception', isDoubtful: true })
  t.like(failed, { complaint: { type: 'illegal_state_exception', reason: 'SECRET' } })
  const [unreadable] = judgeBare(readBulkAnswer(answer(200, '{"items":[5]}'), 1))
  t.like(unreadable, { kind: 'retry', isDoubtful: true })
  t.false('complaint' in (unreadable ?? {}))
})
