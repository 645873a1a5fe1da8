import fc from 'fast-check'
import { comparisonSeed as seed, isWhole } from '../../suite/sample.ts'
import type { Comparison, Difference } from './comparison.ts'
import type { IngestServer } from './ingest-servers.ts'
import { canonical, fromJson, toJson } from './json-text.ts'
import { INDEX, type Outcome, type Outcomes, type WrittenPipeline } from './outcome.ts'
import { runOurs } from './run-ours.ts'
import { simulate } from './simulate.ts'
import type { Value } from '../../../../src/pipeline/document/value.ts'

const DOCUMENTS = { minLength: 1, maxLength: 12, size: 'max' } as const
/** Their messages are Java's, and name its classes and variables. */
const JAVA_FAULTS =
  /^(?:class_cast|null_pointer|index_out_of_bounds|number_format|string_index_out_of_bounds)_exception$/u
const DEFAULT_RUNS = 40
const WHOLE_FACTOR = 10

/** Rejects with the smallest pipeline and document with which ours and the server's results differ. */
export async function compareWithServers(servers: readonly IngestServer[], comparison: Comparison): Promise<void> {
  let smallest: { readonly difference: Difference; readonly server: string } | undefined
  const asked = servers.filter(({ name }) => comparison.server === undefined || name === comparison.server)
  const property = fc.asyncProperty(
    comparison.pipelines,
    fc.array(comparison.documents, DOCUMENTS),
    async (pipeline, documents) => {
      const texts = documents.map(toJson)
      const theirs = await askAuthority(asked, comparison.toTheirs?.(pipeline) ?? pipeline, texts)
      const difference = findDifference({ pipeline, texts, theirs: theirs.outcomes, comparison })
      if (difference === undefined) return
      smallest = { difference, server: theirs.server }
      throw new Error('they differ')
    },
  )
  const numRuns = (comparison.runs ?? DEFAULT_RUNS) * (isWhole ? WHOLE_FACTOR : 1)
  const result = await fc.check(property, { numRuns, seed })
  if (!result.failed) return
  if (smallest === undefined) throw result.errorInstance as Error
  throw new Error(explain(smallest.difference, smallest.server, result.seed))
}

/** The first server that has the processor and its options. */
async function askAuthority(
  servers: readonly IngestServer[],
  pipeline: WrittenPipeline,
  texts: readonly string[],
): Promise<{ readonly server: string; readonly outcomes: Outcomes }> {
  let last: { readonly server: string; readonly outcomes: Outcomes } | undefined
  for (const server of servers) {
    last = { server: server.name, outcomes: await simulate(server, pipeline, texts) }
    if (last.outcomes.kind !== 'unknown') return last
  }
  throw new Error(`no server knows this: ${toJson(pipeline as unknown as Value)}: ${JSON.stringify(last?.outcomes)}`)
}

interface Compared {
  readonly pipeline: WrittenPipeline
  readonly texts: readonly string[]
  readonly theirs: Outcomes
  readonly comparison: Comparison
}

function findDifference({ pipeline, texts, theirs, comparison }: Compared): Difference | undefined {
  const ours = runOurs(pipeline, texts)
  if (ours.kind !== 'ran' && theirs.kind !== 'ran') return undefined
  return texts
    .map((document, i) => ({ pipeline, document, ours: outcomeAt(ours, i), theirs: outcomeAt(theirs, i) }))
    .find(
      difference =>
        !isSame(difference, comparison) &&
        !(comparison.deviations ?? []).some(deviation => deviation.isExpected(difference)),
    )
}

function outcomeAt(outcomes: Outcomes, i: number): Difference['ours'] {
  return outcomes.kind === 'ran' ? (outcomes.outcomes[i] as Outcome) : outcomes
}

function isSame({ ours, theirs }: Difference, { compareMessages = true, areFloats = false }: Comparison): boolean {
  if (ours.kind === 'document' && theirs.kind === 'document') {
    const [one = '', other] = [ours, theirs].map(({ json }) => canonical(fromJson(json), areFloats))
    return one === other && ours.index === theirs.index
  }
  if (ours.kind === 'failed' && theirs.kind === 'failed')
    return !compareMessages || JAVA_FAULTS.test(theirs.type ?? '') || ours.message === theirs.message
  return ours.kind === theirs.kind
}

function explain({ pipeline, document, ours, theirs }: Difference, server: string, used: number): string {
  return [
    `a pipeline gives another result than ${server} (FORWARDER_TEST_SEED=${used})`,
    `pipeline: ${toJson(pipeline as unknown as Value)}`,
    `document: ${document}`,
    `ours: ${describe(ours)}`,
    `${server}: ${describe(theirs)}`,
  ].join('\n')
}

function describe(outcome: Difference['ours']): string {
  if (outcome.kind === 'dropped') return 'dropped'
  if (outcome.kind !== 'document') return `${outcome.kind}: ${outcome.message}`
  return `${outcome.json}${outcome.index === INDEX ? '' : ` for ${outcome.index}`}`
}
