import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { toCollectorConfig } from '../../../src/migrate/logstash-pipeline/to-collector-config.ts'
import { toPainless } from '../../../src/migrate/logstash-pipeline/to-painless.ts'
import { parseCondition } from '../../../src/migrate/logstash-pipeline/parse-condition.ts'
import { Scanner } from '../../../src/migrate/logstash-pipeline/scanner.ts'

interface Converted {
  readonly listen: unknown
  readonly tls: unknown
  readonly store: Record<string, unknown>
  readonly pipeline?: readonly unknown[]
  readonly pipelines?: Record<string, unknown>
}

const INPUT = 'input { beats { port => 5044 } }'
const OUTPUT = 'output { elasticsearch { hosts => ["es:9200"] index => "store" } }'

function convert(text: string): { config: Converted; left: readonly string[] } {
  const { text: json, notes } = toCollectorConfig([{ path: 'logstash.conf', text }], undefined)
  const left = notes.filter(({ kind }) => kind === 'left').map(({ subject, text: reason }) => `${subject}: ${reason}`)
  return { config: JSON.parse(json.replaceAll('$$', '$')) as Converted, left }
}

function convertFilter(filter: string) {
  return convert(`${INPUT} filter { ${filter} } ${OUTPUT}`)
}

test('inputs and outputs of a pipeline become the address, the certificate and the store of a collector', t => {
  const { config, left } = convert(`
    # comment with { and "
    input { lumberjack { port => 5000 host => "10.0.0.1" ssl_certificate => "/c.crt" ssl_key => '/c.key' } }
    output { elasticsearch { hosts => "https://es:9201" index => "a-%{+YYYY.MM.dd}" user => u password => "\${PW}" } }`)
  t.deepEqual(config, {
    listen: '10.0.0.1:5000',
    tls: { certificate: '/c.crt', key: '/c.key' },
    store: {
      type: 'elasticsearch',
      hosts: ['https://es:9201'],
      user: 'u',
      password: '${PW}',
      index: 'a-%{+yyyy.MM.dd}',
    },
  })
  t.deepEqual(left, [])
})

test('a pattern that is broken over two lines is joined, since no line can match it as it is written', t => {
  const { config, left } = convertFilter(
    'grok { match => { "message" => "%{TIMESTAMP_ISO8601:date}%{SPACE}\n\t \\[%{GREEDYDATA:package}\\]" } }',
  )
  t.deepEqual(config.pipeline, [
    {
      grok: {
        field: 'message',
        patterns: [String.raw`%{TIMESTAMP_ISO8601:date}%{SPACE}\[%{GREEDYDATA:package}\]`],
        on_failure: [{ append: { field: 'tags', value: ['_grokparsefailure'], allow_duplicates: false } }],
      },
    },
  ])
  t.deepEqual(left, [])
})

test('a filter with add_field adds it only where the filter succeeded', t => {
  const { config } = convertFilter('grok { match => { "message" => "%{WORD:w}" } add_field => { "seen" => "%{[w]}" } }')
  const [call] = config.pipeline as [{ pipeline: { name: string } }]
  const { name } = call.pipeline
  t.deepEqual(config.pipelines?.[name], {
    processors: [
      { grok: { field: 'message', patterns: ['%{WORD:w}'] } },
      { set: { field: 'seen', value: '{{{w}}}', override: false } },
    ],
  })
})

test('operations of mutate come in the order in which mutate works', t => {
  const { config } = convertFilter(
    'mutate { lowercase => ["b"] rename => { "[a][x]" => "b" } convert => { "n" => "integer" } gsub => ["b", "(x)", "\\1$"] }',
  )
  const failed = { on_failure: [{ append: { field: 'tags', value: ['_mutate_error'], allow_duplicates: false } }] }
  t.deepEqual(config.pipeline, [
    { rename: { field: 'a.x', target_field: 'b', ignore_missing: true, override: true, ...failed } },
    { convert: { field: 'n', type: 'long', ignore_missing: true, ...failed } },
    { gsub: { field: 'b', pattern: '(x)', replacement: String.raw`$1\$`, ignore_missing: true, ...failed } },
    { lowercase: { field: 'b', ignore_missing: true, ...failed } },
  ])
})

test('the arm of an if that is taken is chosen before any arm changes the event', t => {
  const { config } = convertFilter('if [a] == 1 { mutate { replace => { "a" => "2" } } } else { drop {} }')
  t.deepEqual(config.pipeline, [
    { set: { field: '@metadata.branch_1', value: 1, override: false, if: '(ctx.a == 1)' } },
    { set: { field: '@metadata.branch_1', value: 2, override: false } },
    { set: { field: 'a', value: '2', if: "ctx['@metadata']?.branch_1 == 1" } },
    { drop: { if: "ctx['@metadata']?.branch_1 == 2" } },
    { remove: { field: '@metadata', ignore_missing: true } },
  ])
})

for (const [written, expected] of [
  ['[a][b] == "x"', "(ctx.a?.b == 'x')"],
  ['[@metadata][k-1] != 5', "(ctx['@metadata']?.get('k-1') != 5)"],
  ['"x" in [tags]', "(ctx.tags != null && ctx.tags.contains('x'))"],
  ['[a] in ["x", "y"]', "(ctx.a == 'x' || ctx.a == 'y')"],
  ['[a] not in ["x"]', "!(ctx.a == 'x')"],
  ['[p] =~ /^\\/a/', '(ctx.p instanceof String && ctx.p =~ /^\\/a/)'],
  ['![a]', '!((ctx.a != null && ctx.a != false))'],
  ['[a] == 1 or [b] == 2 and [c] == 3', '((ctx.a == 1) || ((ctx.b == 2) && (ctx.c == 3)))'],
  ['([a] == 1 or [b] == 2) and [c] == 3', '(((ctx.a == 1) || (ctx.b == 2)) && (ctx.c == 3))'],
  ['[a] == "it\'s"', String.raw`(ctx.a == 'it\'s')`],
] as const) {
  test(`the condition ${written} becomes one of Painless`, t => {
    t.is(toPainless(parseCondition(new Scanner('x', written))), expected)
  })
}

for (const [law, text, message] of [
  ['a section that is not closed', 'input { beats { port => 1 }', /logstash\.conf:1:28: .*found the end of the file/],
  ['an unknown section', 'inputs { }', /logstash\.conf:1:1: expected a section/],
  ['a setting without an arrow', 'input {\n  beats { port 5044 } }', /logstash\.conf:2:16: expected "=>" after port/],
  ['a text that is not closed', 'input { beats { host => "x } }', /1:25: expected a closing quote/],
] as const) {
  test(`${law} is refused with its place`, t => {
    t.throws(() => convert(text), { code: 'MIGRATE', message })
  })
}

test('each setting and filter that has no counterpart is reported with its line', t => {
  const { left } = convertFilter(
    '\nruby { code => "x" }\ngrok { match => { "m" => "x" } odd => 1 }\nmutate { capitalize => ["a"] }',
  )
  t.deepEqual(left, [
    'line 2, ruby: this filter has no counterpart',
    'line 3, grok.odd: "1": it has no counterpart',
    'line 4, mutate.capitalize: a: it has no counterpart',
  ])
})

test('outputs with conditions choose the index of each event, within the indices that are named', t => {
  const { config } = convert(`${INPUT} output {
    if [type] == "a" { elasticsearch { hosts => "es" index => "a-%{[x][y]}-%{+YYYY.MM}" } }
    else { elasticsearch { hosts => "es" index => "rest" } } }`)
  t.deepEqual(config.store['allowedIndices'], ['a-*-*', 'rest'])
  t.deepEqual(config.pipeline, [
    { set: { field: '_index', value: 'a-{{{x.y}}}-%{+yyyy.MM}', if: "(ctx.type == 'a')" } },
    { set: { field: '_index', value: 'rest', if: "!(ctx.type == 'a')" } },
  ])
})

test('of a pipeline between brokers each part is named, and the rest becomes a collector that can start', async t => {
  const { config, left } = convert(
    await readFile(join(import.meta.dirname, '../../fixtures/logstash/broker.conf'), 'utf8'),
  )
  t.deepEqual(config, { listen: '127.0.0.1:5044', store: { type: 'embedded' } } as never)
  t.deepEqual(
    left.map(note => note.replace(/:.*/su, '')),
    ['line 2, rabbitmq', 'input', 'line 17, date', 'line 21, json.source', 'line 27, kafka', 'output'],
  )
})
