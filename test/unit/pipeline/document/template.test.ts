import test from 'ava'
import { parseJson, writeJson } from '../../../../src/pipeline/document/json.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import { type Escaping, compileTemplate, compileValue } from '../../../../src/pipeline/document/template.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'

const DOCUMENT = `{"a":{"b":"x"},"quote":"say \\"hi\\"\\n","list":["p","q"],"objects":[{"n":1},{"n":2.0}],"none":null,
  "flag":false,"yes":true,"empty":[],"big":12345678901234567890,"number":1e10,"dot.ted":"flat","dot":{"ted":"no","x":"path"},"__proto__":{"z":"own"}}`

function event(): PipelineEvent {
  const fields = parseJson(DOCUMENT) as Fields
  return new PipelineEvent({ id: 'an-id', fields, ingest: { timestamp: 'T', _value: 'v' } })
}

const rendered = test.macro<[string, string, Escaping?]>({
  exec(t, template, expected, escaping) {
    t.is(compileTemplate(template, escaping)(event()), expected)
  },
  title: (_, template = '', expected = '', escaping = 'application/json') =>
    `the template ${template} with ${escaping} becomes ${JSON.stringify(expected)}`,
})

test(rendered, 'plain } text {', 'plain } text {')
test(rendered, '{{a.b}}', 'x')
test(rendered, '<{{ a.b }}{{missing}}{{none}}{{a.b.c}}>', '<x>')
test(rendered, '{{quote}}', 'say \\"hi\\"\\n')
test(rendered, '{{{quote}}}|{{&a.b}}', 'say "hi"\n|x')
test(rendered, '{{quote}}', 'say "hi"\n', 'text/plain')
test(rendered, '{{quote}}', 'say+%22hi%22%0A', 'application/x-www-form-urlencoded')
test(rendered, '{{list.0}}{{list.1}}{{list.2}} of {{list.size}}', 'pq of 2')
test(rendered, '{{list}}', '{0=p, 1=q}')
test(rendered, '{{a}}', '{b=x}')
test(rendered, '{{big}} {{number}} {{objects.1.n}}', '12345678901234567890 1.0E10 2.0')
test(rendered, '{{_ingest.timestamp}} {{_ingest._value}} {{_id}} {{_source.a.b}}', 'T v an-id x')
test(rendered, '{{#list}}[{{.}}]{{/list}}{{^list}}none{{/list}}', '[p][q]')
test(rendered, '{{#objects}}{{n}}{{a.b}} {{/objects}}', '1x 2.0x ')
test(
  rendered,
  '{{#yes}}y{{/yes}}{{#flag}}f{{/flag}}{{^flag}}nf{{/flag}}{{^missing}}nm{{/missing}}{{^empty}}ne{{/empty}}',
  'ynfnmne',
)
test(rendered, '{{#a}}{{b}}{{/a}}', 'x')
test(rendered, '{{! a note }}{{#toJson}}objects{{/toJson}}', '[{"n":1},{"n":2.0}]')
test(rendered, "{{#join}}list{{/join}} {{#join delimiter='; '}}list{{/join delimiter='; '}}", 'p,q p; q')
test(rendered, '{{#url}}{{{quote}}}|{{quote}}{{/url}}', 'say+%22hi%22%0A%7Csay+%5C%22hi%5C%22%5Cn')
test(rendered, '{{dot.ted}}{{dot.x}}{{a.dot.ted}}', 'flatpath')
test(rendered, '{{__proto__.z}}{{constructor}}{{toString.name}}{{list.length}}', 'own')

const refused = test.macro<[string, number, RegExp]>({
  exec(t, template, column, message) {
    t.like(
      t.throws(() => compileTemplate(template), { name: 'NotationFault', message }),
      { column, text: template },
    )
  },
  title: (_, template = '', column = 0) => `the template ${template} is refused at column ${column}`,
})

test(refused, 'ab{{a', 3, /no \}\}/u)
test(refused, '{{}}', 1, /not the name/u)
test(refused, '{{a b}}', 1, /not the name/u)
test(refused, 'x{{#a}}', 2, /not closed/u)
test(refused, '{{#a}}{{/b}}', 7, /closes no section/u)
test(refused, '{{/b}}', 1, /closes no section/u)
test(refused, '{{>part}}', 1, /include/u)
test(refused, '{{=<% %>=}}', 1, /delimiters/u)
test(refused, '{{#a}}'.repeat(21), 121, /nested more than 20/u)

test('a value has templates in its texts and names, and is new for each event', t => {
  const value = compileValue(parseJson('{"{{a.b}}":["{{list.0}}",{"k":1.0}],"__proto__":"{{a.b}}"}'))
  const first = value(event())
  t.is(writeJson(first), '{"x":["p",{"k":1.0}],"__proto__":"x"}')
  t.not(value(event()), first)
})
