import test from 'ava'
import { grok } from '../../../../src/pipeline/processors/grok.ts'
import { Double } from '../../../../src/pipeline/document/value.ts'
import { compileProcessor, runProcessor } from '../../../helpers/pipeline/run-processor.ts'

const access =
  '203.0.113.7 - frank [10/Oct/2025:13:55:36 -0700] "GET /a.gif?x=1 HTTP/1.1" 200 2326 "http://example.com/" "Mozilla/5.0"'

function run(options: Readonly<Record<string, unknown>>, message: string): unknown {
  const { fields, fault } = runProcessor(grok, { field: 'message', ...options }, { message })
  const { message: _, ...found } = fields
  return fault ?? found
}

test('an access log fills the fields that Logstash had at first', t => {
  t.deepEqual(run({ patterns: ['%{COMBINEDAPACHELOG}'] }, access), {
    clientip: '203.0.113.7',
    ident: '-',
    auth: 'frank',
    timestamp: '10/Oct/2025:13:55:36 -0700',
    verb: 'GET',
    request: '/a.gif?x=1',
    httpversion: '1.1',
    response: '200',
    bytes: '2326',
    referrer: '"http://example.com/"',
    agent: '"Mozilla/5.0"',
  })
})

test('an access log fills fields of the common schema where that is asked for', t => {
  t.deepEqual(run({ patterns: ['%{COMBINEDAPACHELOG}'], ecs_compatibility: 'v1' }, access), {
    source: { address: '203.0.113.7' },
    user: { name: 'frank' },
    timestamp: '10/Oct/2025:13:55:36 -0700',
    http: {
      request: { method: 'GET', referrer: 'http://example.com/' },
      version: '1.1',
      response: { status_code: 200, body: { bytes: 2326 } },
    },
    url: { original: '/a.gif?x=1' },
    user_agent: { original: 'Mozilla/5.0' },
  })
})

test('values are converted to their types', t => {
  const patterns = ['%{INT:a:int} %{INT:b:long} %{NUMBER:c:float} %{NUMBER:d:double} %{WORD:e:boolean} %{WORD:f:ip}']
  t.deepEqual(run({ patterns }, '+5 9007199254740993 0.1 1 TRUE x'), {
    a: 5,
    b: 9007199254740993n,
    c: 0.1,
    d: new Double(1),
    e: true,
    f: 'x',
  })
})

test('a number that does not fit its type is a fault', t => {
  t.is(run({ patterns: ['%{INT:a:int}'] }, '99999999999'), 'For input string: "99999999999"')
  t.is(run({ patterns: ['%{NUMBER:a:int}'] }, '1.5'), 'For input string: "1.5"')
})

test('the match that begins first counts, and of those the first pattern', t => {
  t.deepEqual(run({ patterns: ['(?<b>b)', '(?<a>a)', '(?<c>a)'] }, 'xab'), { a: 'a' })
})

test('the place of the pattern that matched can be read', t => {
  const { event } = runProcessor(grok, { field: 'message', patterns: ['x', 'y'], trace_match: true }, { message: 'y' })
  t.is(event.ingest['_grok_match_index'], '1')
})

test('a definition wins over a pattern of the bank', t => {
  t.deepEqual(run({ patterns: ['%{INT:a}'], pattern_definitions: { INT: '[a-z]' } }, '1x'), { a: 'x' })
})

test('a text that no pattern matches is a fault', t => {
  t.is(run({ patterns: ['%{INT:a}', 'b'] }, 'x'), 'Provided Grok expressions do not match field value: [x]')
})

test('a field that is missing is a fault, or is ignored where that is asked for', t => {
  const options = { field: 'm', patterns: ['x'] }
  t.is(runProcessor(grok, options, {}).fault, 'field [m] not present as part of path [m]')
  t.is(runProcessor(grok, options, { m: null }).fault, 'field [m] is null, cannot process it.')
  t.is(runProcessor(grok, { ...options, ignore_missing: true }, {}).fault, undefined)
})

test('a pattern that cannot be compiled is refused with its place', t => {
  const error = t.throws(() => compileProcessor(grok, { field: 'm', patterns: ['x', '%{NOPE}'] }))
  t.like(error, {
    code: 'OPTION_FAULT',
    option: 'patterns.1',
    message: "Invalid regex pattern found in: [%{NOPE}]. Unable to find pattern [NOPE] in Grok's pattern dictionary",
  })
})

test('files of patterns are read from directories', t => {
  const context = {
    listDirectory: (path: string) => [`${path}/mine`],
    openFile: <Content>(path: string, parse: (bytes: Buffer) => Content) => ({
      current: parse(Buffer.from(path === '/patterns/mine' ? 'SHORT [a-z]{3}\n' : '')),
    }),
  }
  const step = compileProcessor(grok, { field: 'm', patterns: ['%{SHORT:a}'], patternsDir: '/patterns' }, context)
  t.notThrows(() => step)
})

test('each pattern is noted before it is tried', t => {
  const tried: number[] = []
  const step = compileProcessor(grok, { field: 'm', patterns: ['x', 'y', 'z'] })
  const event = runProcessor(grok, { field: 'm', patterns: ['y'] }, { m: 'y' }).event
  Object.defineProperty(event, 'notePart', { value: (part: number) => tried.push(part) })
  step(event)
  t.deepEqual(tried, [0, 1])
})
