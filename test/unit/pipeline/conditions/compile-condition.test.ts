import test from 'ava'
import fc from 'fast-check'
import { compileCondition } from '../../../../src/pipeline/conditions/compile-condition.ts'
import { parseJson, writeJson } from '../../../../src/pipeline/document/json.ts'
import { PipelineEvent } from '../../../../src/pipeline/document/pipeline-event.ts'
import type { Fields } from '../../../../src/pipeline/document/value.ts'

const DOCUMENT = `{"@timestamp":"T","a":{"b":"Text","n":null,"deep":{"er":1}},"tags":["x","y",2,3.0],"objects":[{"k":1}],
  "one":1,"oneDouble":1.0,"half":0.5,"big":9007199254740993,"long":3000000000,"yes":true,"no":false,"nothing":null,
  "empty":"","emptyList":[],"emptyMap":{},"path":"C:\\\\a","lines":"first\\nsecond","__proto__":{"own":1},"dotted.name":1}`

function eventOf(document: string): PipelineEvent {
  return new PipelineEvent({ id: 'an-id', fields: parseJson(document) as Fields, ingest: {} })
}

const holds = test.macro<[string, boolean?]>({
  exec(t, condition, expected = true) {
    const event = eventOf(DOCUMENT)
    t.is(compileCondition(condition)(event), expected)
    t.is(writeJson(event.fields), writeJson(parseJson(DOCUMENT)))
  },
  title: (_, condition = '', expected = true) => `${condition} is ${expected}`,
})

test(holds, 'true')
test(holds, "ctx.a.b == 'Text'")
test(holds, 'ctx.a?.b == "Text"; ')
test(holds, 'ctx?.a?.b != null // a note')
test(holds, "ctx['a']['b'] == 'Text'")
test(holds, "ctx['@timestamp'] == 'T'")
test(holds, "ctx['dotted.name'] == 1")
test(holds, 'ctx.missing == null')
test(holds, 'ctx.missing.at.any.depth == null')
test(holds, 'ctx.nothing === null && ctx.yes === true && ctx.a.b !== null')
test(holds, "ctx.missing == 'x'", false)
test(holds, "ctx.missing != 'x'")
test(holds, 'ctx.missing > 1 || ctx.missing <= 1', false)
test(holds, "ctx.one == '1'", false)
test(holds, 'ctx.one == 1.0 && ctx.oneDouble == 1 && ctx.half == 0.5')
test(holds, 'ctx.big == 9007199254740993L && ctx.big > 9007199254740992L && ctx.big != 9007199254740992L')
test(holds, 'ctx.one >= 1 && ctx.one < 1.5f && ctx.half < ctx.one && 0x10 == 16')
test(holds, "ctx.a.b < 'Z' || ctx.a.b > 'A'", false)
test(holds, 'ctx.a == ctx.a && ctx.tags == ctx.tags && ctx.a != ctx.tags && ctx.emptyMap != ctx.emptyList')
test(holds, 'ctx.yes')
test(holds, '!ctx.no && !ctx.missing && !ctx.a.b')
test(holds, 'ctx.a.b || ctx.one', false)
test(holds, "ctx.containsKey('a') && !ctx.containsKey('missing') && ctx.containsKey('nothing')")
test(holds, "ctx.a.containsKey('n') && ctx.a.get('b') == 'Text' && ctx.a.getOrDefault('x', 5) == 5")
test(holds, "ctx.tags.contains('x') && !ctx.tags.contains('z') && ctx.tags.contains(2) && !ctx.tags.contains(3)")
test(holds, "ctx.missing.contains('x')", false)
test(holds, "!ctx.missing.contains('x')")
test(holds, "['Text', 'other'].contains(ctx.a.b) && [1, 2].contains(ctx.one) && [ctx.one] == [1]")
test(
  holds,
  "ctx.a.b.contains('ex') && ctx.a.b.startsWith('Te') && ctx.a.b.endsWith('xt') && ctx.a.b.startsWith('x', 2)",
)
test(holds, 'ctx.a.b.length() == 4 && ctx.tags.size() == 4 && ctx.tags.length == 4 && ctx.a.b.length == null')
test(holds, 'ctx.empty.isEmpty() && ctx.emptyList.isEmpty() && ctx.emptyMap.isEmpty() && !ctx.tags.isEmpty()')
test(holds, "ctx.a.b.toLowerCase() == 'text' && ctx.a.b.toUpperCase() == 'TEXT' && ctx.a.b.equalsIgnoreCase('tEXT')")
test(holds, "ctx.a.b.substring(1) == 'ext' && ctx.a.b.substring(1, 3) == 'ex' && ctx.a.b.substring(5) == null")
test(holds, "ctx.a.b.indexOf('x') == 2 && ctx.tags.indexOf('y') == 1 && ctx.a.b.compareTo('Text') == 0")
test(holds, "ctx.a.b.replace('T', '$&') == '$&ext' && ctx.a.b.splitOnToken('x')[1] == 't' && ' a '.trim() == 'a'")
test(holds, 'String.valueOf(ctx.long).length() == 10 && Integer.parseInt("12") == 12 && Double.parseDouble("1") == 1')
test(holds, 'Integer.parseInt(ctx.a.b) == null && Long.parseLong("-9223372036854775808") < 0')
test(holds, 'ctx.tags[0] == "x" && ctx.tags[-1] == 3 && ctx.tags[9] == null && ctx.objects[0].k == 1')
test(holds, 'ctx.a.b =~ /ex/ && ctx.a.b ==~ /T.*t/ && !(ctx.a.b ==~ /T/) && ctx.a.b =~ /TEXT/i && !(ctx.one =~ /1/)')
test(holds, 'ctx.lines ==~ /first|first\\nsecond/ && ctx.lines =~ /^second$/m && !(ctx.lines ==~ /^second$/m)')
test(holds, 'ctx.a.b =~ /(?i)TEXT/ && ctx.a.b ==~ /T[a-z&&[^0-9]]*+/ && ctx.a.b =~ /T e x t/x && ctx.lines =~ /d$/')
test(holds, '/T.xt/.matcher(ctx.a.b).matches() && /x/.matcher(ctx.a.b).find() && !/x/.matcher(ctx.missing).find()')
test(
  holds,
  'ctx.a.b instanceof String && ctx.tags instanceof List && ctx.a instanceof Map && ctx.one instanceof Number',
)
test(
  holds,
  'ctx.one instanceof Integer && ctx.long instanceof long && ctx.half instanceof Double && ctx.yes instanceof Boolean',
)
test(holds, 'ctx.missing instanceof Object || ctx.one instanceof String || ctx.one instanceof Long', false)
test(holds, 'ctx.one + 1 == 2 && ctx.one * 10 / 4 == 2 && 7 % 3 == 1 && 1 / 2.0 == 0.5 && -ctx.one == -1')
test(holds, "ctx.one / 0 == null && 'a' + 1 == 'a1' && 'a' + ctx.oneDouble == 'a1.0' && ctx.missing + 1 == null")
test(holds, '(ctx.missing ?: 3) == 3 && (ctx.one ?: 3) == 1 && (ctx.yes ? 1 : 2) == 1 && (ctx.missing ? 1 : 2) == 2')
test(holds, "ctx._id == 'an-id' && ctx._index == null && ctx._ingest == null")
test(
  holds,
  "ctx.__proto__.own == 1 && ctx.constructor == null && ctx['toString'] == null && ctx.a.hasOwnProperty == null",
)
test(holds, "ctx.path == 'C:\\\\a' && ctx.path.contains('\\\\')")

const refused = test.macro<[string, number, RegExp]>({
  exec(t, condition, column, message) {
    t.like(
      t.throws(() => compileCondition(condition), { name: 'ConditionFault', message }),
      { column },
    )
  },
  title: (_, condition = '', column = 0) => `${JSON.stringify(condition.slice(0, 60))} is refused at column ${column}`,
})

test(refused, ' ', 1, /empty/u)
test(refused, 'ctx.a = 1', 1, /assignment/u)
test(refused, 'ctx.a == 1)', 11, /unexpected "\)"/u)
test(refused, 'ctx.a &&', 9, /ends too early/u)
test(refused, 'ctx.a and ctx.b', 7, /unexpected "and": did you mean "&&"/u)
test(refused, "ctx.a == 'x", 10, /unterminated/u)
test(refused, 'ctx.a.contians("x")', 7, /did you mean "contains"/u)
test(refused, 'ctx.a.contains()', 7, /has 1 arguments/u)
test(refused, 'a == 1', 1, /ctx\.a/u)
test(refused, 'ctx.a instanceof Strng', 18, /did you mean "String"/u)
test(refused, 'return ctx.a == 1', 1, /"return" begins a statement/u)
test(refused, 'if (ctx.a) { return true } return false;', 1, /"if" begins a statement/u)
test(refused, 'def x = ctx.a; return x == 1', 1, /"def" begins a statement/u)
test(refused, 'Collection tags = ctx.tags; tags != null', 1, /"Collection" begins a statement/u)
test(refused, 'ctx.a == 1; ctx.b == 2', 13, /begins a statement/u)
test(refused, 'ctx.a === ctx.b', 1, /compares references/u)
test(refused, 'ctx.a ?? 1', 1, /use "\?:"/u)
test(refused, 'ctx.a.any(x => x == 1)', 7, /unknown method "any"/u)
test(refused, 'process.exit(1)', 1, /unknown function "process\.exit"/u)
test(refused, 'this.constructor', 1, /"this"/u)
test(refused, 'new Date() == 1', 1, /"new"/u)
test(refused, 'ctx.a =~ "x"', 10, /needs a pattern/u)
test(refused, 'ctx.a =~ /b(/', 13, /./u)
test(refused, 'ctx.a =~ /a/g', 10, /flag/u)
test(refused, 'ctx.a == /x/', 10, /=~/u)
test(refused, 'ctx.a & 1', 1, /"&"/u)
test(refused, '`ctx`', 1, /text with `/u)
test(refused, `1${'+1'.repeat(501)}`, 1, /nested too deep/u)
test(refused, `2${'+2'.repeat(4900)}`, 1, /nested too deep/u)
test(refused, 'x'.repeat(10_001), 10_000, /longer/u)

const NAMES = ['a', 'b', 'tags', 'missing', '__proto__', 'constructor']
const ATOMS = fc.oneof(
  fc.constantFrom('null', 'true', '1', '1.0', '-2', "'x'", '""', '[1, "x"]', '9007199254740993L', 'ctx'),
  fc.array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 }).map(names => `ctx.${names.join('?.')}`),
)
const CALLS = [
  'contains(R)',
  'size()',
  'length()',
  'isEmpty()',
  'startsWith(R)',
  'get(R)',
  'toString()',
  'substring(R)',
]
const { expression } = fc.letrec<{ expression: string }>(tie => ({
  expression: fc.oneof(
    { maxDepth: 4 },
    ATOMS,
    fc
      .tuple(
        tie('expression'),
        fc.constantFrom('==', '!=', '<', '>=', '&&', '||', '+', '-', '*', '/', '%', '?:'),
        tie('expression'),
      )
      .map(([left, operator, right]) => `(${left} ${operator} ${right})`),
    tie('expression').map(inner => `!(${inner})`),
    fc
      .tuple(tie('expression'), fc.constantFrom(...CALLS), tie('expression'))
      .map(([left, call, right]) => `(${left}).${call.replace('R', () => right)}`),
    fc.tuple(tie('expression'), tie('expression')).map(([left, right]) => `(${left})[${right}]`),
    tie('expression').map(inner => `(${inner} =~ /x|1/)`),
    fc
      .tuple(tie('expression'), fc.constantFrom('String', 'Number', 'List', 'Map'))
      .map(([left, type]) => `(${left} instanceof ${type})`),
    fc.tuple(tie('expression'), tie('expression'), tie('expression')).map(([a, b, c]) => `(${a} ? ${b} : ${c})`),
  ),
}))

test('a condition that the stack cannot hold is refused', t => {
  for (const opening of ['(', '[', '!'])
    t.throws(() => compileCondition(opening.repeat(9000)), { name: 'ConditionFault', message: /not enough stack/u })
})

test('an expression of the grammar gives true or false for any document, and changes nothing', t => {
  const documents = fc.dictionary(fc.constantFrom(...NAMES), fc.jsonValue())
  fc.assert(
    fc.property(expression, documents, (text, document) => {
      const written = JSON.stringify(document)
      const event = eventOf(written)
      t.is(typeof compileCondition(text)(event), 'boolean')
      t.is(writeJson(event.fields), writeJson(parseJson(written)))
    }),
    { numRuns: 500 },
  )
})
