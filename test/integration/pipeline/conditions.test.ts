// Conditions are true for the same documents as in a real Elasticsearch.
import test from 'ava'
import fc from 'fast-check'
import { type Condition, compileCondition } from '../../../src/pipeline/conditions/compile-condition.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import { type Fields, memberOf } from '../../../src/pipeline/document/value.ts'
import { type IngestServer, startIngestServers } from '../../helpers/pipeline/differential/ingest-servers.ts'
import { fromJson } from '../../helpers/pipeline/differential/json-text.ts'
import { ID, INDEX, type Outcome } from '../../helpers/pipeline/differential/outcome.ts'
import { simulate } from '../../helpers/pipeline/differential/simulate.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { comparisonSeed as seed, isWhole } from '../../helpers/suite/sample.ts'

const scope = makeScope()
let server: IngestServer | undefined

test.before('the servers start', async () => {
  ;[server] = await startIngestServers(scope)
})
test.after.always('the servers are gone', () => scope.end())

const FIELDS = ['a', 'b', 'list', 'map', 'missing'] as const
const SCALARS = [
  'null',
  'true',
  'false',
  '1',
  '2',
  '-1',
  '1.0',
  '0.5',
  '3000000000L',
  "'x'",
  "'xy'",
  '""',
  '"1"',
  "'X\\\\n'",
]
const PATHS = fc.oneof(
  fc.constantFrom(...FIELDS).map(name => `ctx.${name}`),
  fc.constantFrom(...FIELDS).map(name => `ctx['${name}']`),
  fc.constantFrom(...FIELDS).map(name => `ctx.map?.${name}`),
  fc.constantFrom('ctx.a?.b?.c', 'ctx.list?.length', 'ctx._index', 'ctx._id', 'ctx._ingest'),
)
/** Elasticsearch compares lists and maps by identity, and gives another view of them each time: docs/pipeline.md. */
const CONSTANTS = fc.constantFrom(...SCALARS)
const ATOMS = fc.oneof(PATHS, CONSTANTS)
const LISTS = fc.array(fc.constantFrom(...SCALARS), { minLength: 1, maxLength: 3 }).map(list => `[${list.join(', ')}]`)
const TYPES = ['String', 'Number', 'Integer', 'Long', 'Double', 'Boolean', 'List', 'Map', 'Collection', 'Object']
const TEXT_CALLS = [
  "contains('x')",
  "startsWith('x')",
  "endsWith('y')",
  'toLowerCase()',
  'length()',
  'trim()',
  'isEmpty()',
  "equals('x')",
  "indexOf('y')",
  "splitOnToken('x')",
  'toString()',
  "equalsIgnoreCase('X')",
  "compareTo('x')",
  'substring(1)',
  "replace('x', 'z')",
]
const TESTS = fc.oneof(
  fc.tuple(ATOMS, fc.constantFrom('==', '!='), CONSTANTS).map(parts => parts.join(' ')),
  fc
    .tuple(PATHS, fc.constantFrom('<', '<=', '>', '>='), fc.constantFrom('1', '0.5', '1.0', '3000000000L'))
    .map(([path, operator, number]) => `${path} instanceof Number && ${path} ${operator} ${number}`),
  fc.tuple(ATOMS, fc.constantFrom('<', '>='), ATOMS).map(parts => parts.join(' ')),
  fc.tuple(PATHS, fc.constantFrom(...TYPES)).map(([path, type]) => `${path} instanceof ${type}`),
  fc.tuple(LISTS, ATOMS).map(([list, atom]) => `${list}.contains(${atom})`),
  fc.tuple(PATHS, ATOMS).map(([path, atom]) => `${path} instanceof List && ${path}.contains(${atom})`),
  fc
    .tuple(PATHS, fc.constantFrom(...TEXT_CALLS), ATOMS)
    .map(([path, call, atom]) => `${path} instanceof String && ${path}.${call} == ${atom}`),
  fc
    .tuple(
      PATHS,
      fc.constantFrom('size()', 'isEmpty()', 'get("a")', 'containsKey("a")', 'getOrDefault("z", 1)'),
      CONSTANTS,
    )
    .map(([path, call, atom]) => `${path} instanceof Map && ${path}.${call} == ${atom}`),
  fc
    .tuple(PATHS, fc.constantFrom('+', '-', '*', '/', '%'), ATOMS, ATOMS)
    .map(([path, operator, a, b]) => `${path} instanceof Number && ${path} ${operator} ${a} == ${b}`),
  fc.tuple(PATHS, CONSTANTS, CONSTANTS).map(([path, a, b]) => `(${path} ?: ${a}) == ${b}`),
  fc.tuple(PATHS, CONSTANTS, ATOMS, CONSTANTS).map(([path, a, b, c]) => `(${path} == ${a} ? ${b} : ${c}) == ${c}`),
  fc.constantFrom(
    "ctx.containsKey('a')",
    "ctx.containsKey('list') && ctx.list != null",
    'ctx?.map?.size() == 1',
    'true',
  ),
)
const CONDITIONS = fc.oneof(
  TESTS,
  TESTS.map(one => `!(${one})`),
  fc
    .tuple(TESTS, fc.constantFrom('&&', '||'), TESTS)
    .map(([left, operator, right]) => `(${left}) ${operator} (${right})`),
)

const VALUES = fc.constantFrom(
  'null',
  'true',
  'false',
  '1',
  '2',
  '1.0',
  '0.5',
  '-1',
  '3000000000',
  '"x"',
  '"xy"',
  '"X"',
  '""',
  '"1"',
  '[]',
  '["x",1,null]',
  '[1.0,"xy"]',
  '{}',
  '{"a":1}',
  '{"a":"x","b":{"c":1}}',
)
/** A member of a text or a number is an error in Elasticsearch: so `map` mostly is one, and `list` too. */
const DOCUMENTS = fc
  .record(
    {
      a: VALUES,
      b: VALUES,
      list: mostly('[]', '["x",1,null]', '[1.0,"xy"]', '[["x"],{"a":1}]'),
      map: mostly('{}', '{"a":1}', '{"a":"x","b":{"c":1}}', '{"b":2,"list":["x"],"map":null}'),
    },
    { requiredKeys: [] },
  )
  .map(members => {
    const written = Object.entries(members).map(([name, value]) => `"${name}":${value}`)
    return `{${written.join(',')}}`
  })

function mostly(...texts: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...texts) }, { weight: 1, arbitrary: VALUES })
}

const counts = { compared: 0, failed: 0, refused: 0 }

async function compare(condition: string, documents: readonly string[]): Promise<void> {
  const holds = compileCondition(condition)
  const processors = [{ set: { field: 'result', value: true, if: condition } }]
  const theirs = await simulate(server as IngestServer, { processors }, documents)
  if (theirs.kind !== 'ran') return void counts.refused++
  for (const [i, outcome] of theirs.outcomes.entries()) {
    const expected = readResult(outcome)
    if (expected === undefined) counts.failed++
    else checkOne(documents[i] ?? '', { condition, holds, expected })
  }
}

interface Compared {
  readonly condition: string
  readonly holds: Condition
  readonly expected: boolean
}

function checkOne(document: string, { condition, holds, expected }: Compared): void {
  counts.compared++
  const event = new PipelineEvent({ id: ID, fields: fromJson(document) as Fields, ingest: {} })
  event.index = INDEX
  if (holds(event) !== expected) throw new Error(`${condition} of ${document}: ${expected} in Elasticsearch`)
}

/** Undefined where the condition threw. */
function readResult(outcome: Outcome): boolean | undefined {
  if (outcome.kind !== 'document') return undefined
  return memberOf(fromJson(outcome.json) as Fields, 'result') === true
}

test('a condition holds for the documents for which it holds in Elasticsearch', async t => {
  const documents = fc.array(DOCUMENTS, { minLength: 4, maxLength: 12 })
  await fc.assert(fc.asyncProperty(CONDITIONS, documents, compare), { numRuns: isWhole ? 1500 : 150, seed })
  t.log(counts)
  t.true(counts.compared > 2 * counts.failed)
  t.true(counts.compared > 5 * counts.refused)
})
