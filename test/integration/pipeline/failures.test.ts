// Failures are handled as a real Elasticsearch handles them: ignore_failure, on_failure of processors and pipelines, drop.
import test from 'ava'
import fc, { type Arbitrary } from 'fast-check'
import { compilePipelines } from '../../../src/pipeline/compile/compile-pipelines.ts'
import { StepFailure } from '../../../src/pipeline/compile/step-failure.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import type { Fields } from '../../../src/pipeline/document/value.ts'
import { type IngestServer, startIngestServers } from '../../helpers/pipeline/differential/ingest-servers.ts'
import { canonical, fromJson, toJson } from '../../helpers/pipeline/differential/json-text.ts'
import { ID, INDEX, type Outcome, type WrittenPipeline } from '../../helpers/pipeline/differential/outcome.ts'
import { simulate } from '../../helpers/pipeline/differential/simulate.ts'
import { NO_SERVICES } from '../../helpers/pipeline/test-processors.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { comparisonSeed as seed, isWhole } from '../../helpers/suite/sample.ts'

const scope = makeScope()
let server: IngestServer | undefined

test.before('the servers start', async () => {
  ;[server] = await startIngestServers(scope)
})
test.after.always('the servers are gone', () => scope.end())

const SHOWN = ['on_failure_message', 'on_failure_processor_type', 'on_failure_processor_tag']
const SHOW = SHOWN.map(name => `{{_ingest.${name}}}`).join('|')
const TAG = fc.option(fc.constantFrom('t1', 't2'), { nil: undefined })
const CONDITION = fc.option(fc.constantFrom('true', 'false', 'ctx.n == 1', 'ctx.log != null'), { nil: undefined })

/** Steps that fail, note that they ran, or drop; with lists for their failures. */
const { list } = fc.letrec<{ list: object[]; step: object }>(tie => ({
  list: fc.array(tie('step'), { minLength: 1, maxLength: 3, depthIdentifier: 'steps' }),
  step: fc
    .record({
      kind: fc.constantFrom('fail', 'rename', 'append', 'append', 'append', 'set', 'drop', 'foreach'),
      tag: TAG,
      if: CONDITION,
      ignore_failure: fc.option(fc.boolean(), { nil: undefined }),
      on_failure: fc.oneof(
        { depthIdentifier: 'steps', depthSize: 'small', maxDepth: 3 },
        fc.constant(undefined),
        tie('list'),
      ),
    })
    .map(({ kind, ...common }) => makeStep(kind, common)),
}))

let counter = 0

function makeStep(kind: string, common: object): object {
  const own: Readonly<Record<string, object>> = {
    fail: { message: `failed {{n}} ${SHOW}` },
    rename: { field: 'missing', target_field: 'x' },
    append: { field: 'log', value: [`${counter++ % 7}: ${SHOW}`] },
    set: { field: 'n', value: 2 },
    drop: { if: 'ctx.n == 2' },
    foreach: { field: 'items', processor: { uppercase: { field: '_ingest._value', tag: 'inner' } } },
  }
  return { [kind]: JSON.parse(JSON.stringify({ ...common, ...own[kind] })) as object }
}

const PIPELINES: Arbitrary<WrittenPipeline> = fc
  .record({ processors: list, on_failure: fc.option(list, { nil: undefined }) })
  .map(written => JSON.parse(JSON.stringify(written)) as WrittenPipeline)
/** All have `items`: without it, 7.10's foreach passes its failure by all handlers. */
const DOCUMENTS = ['{"n":1,"items":["a"]}', '{"n":2,"items":[1]}', '{"n":1,"items":["x",true]}', '{"items":[]}']

function passOurs(pipeline: WrittenPipeline, document: string): Outcome {
  const compiled = compilePipelines({ pipeline }, NO_SERVICES)
  if (!('run' in compiled)) throw new Error(JSON.stringify(compiled.faults))
  const event = new PipelineEvent({ id: ID, fields: fromJson(document) as Fields, ingest: {} })
  event.index = INDEX
  const result = compiled.run(event)
  if (result instanceof StepFailure) return { kind: 'failed', message: result.message }
  return result === 'dropped' ? { kind: 'dropped' } : { kind: 'document', json: toJson(event.fields), index: INDEX }
}

function show(outcome: Outcome | undefined): string {
  if (outcome?.kind === 'document') return canonical(fromJson(outcome.json), false)
  return outcome?.kind === 'failed' ? `failed: ${outcome.message}` : 'dropped'
}

/** A processor with a condition has the type `conditional` in theirs: docs/pipeline.md. */
function isSame(ours: string, theirs: string): boolean {
  return theirs.includes('|conditional|') ? withoutTypes(ours) === withoutTypes(theirs) : ours === theirs
}

function withoutTypes(text: string): string {
  return text.replaceAll(/\|(?:conditional|fail|rename|append|set|drop|foreach)\|/gu, '|…|')
}

test('failures have the consequences that they have in Elasticsearch', async t => {
  const kinds = new Map<string, number>()
  const property = fc.asyncProperty(PIPELINES, async pipeline => {
    const theirs = await simulate(server as IngestServer, pipeline, DOCUMENTS)
    if (theirs.kind !== 'ran') throw new Error(`${theirs.message}: ${JSON.stringify(pipeline)}`)
    for (const [i, outcome] of theirs.outcomes.entries()) {
      kinds.set(outcome.kind, (kinds.get(outcome.kind) ?? 0) + 1)
      const [ours, expected] = [show(passOurs(pipeline, DOCUMENTS[i] ?? '')), show(outcome)]
      if (!isSame(ours, expected))
        throw new Error(`${JSON.stringify(pipeline)}\n${DOCUMENTS[i]}\nours: ${ours}\nElasticsearch: ${expected}`)
    }
  })
  await fc.assert(property, { numRuns: isWhole ? 1000 : 100, seed })
  t.log(Object.fromEntries(kinds))
  t.deepEqual([...kinds.keys()].toSorted(), ['document', 'dropped', 'failed'])
})
