// The bank of patterns matches the texts that a real server's bank matches, and fills the same fields.
import test from 'ava'
import { bankOf } from '../../../src/pipeline/patterns/bank.ts'
import { expand } from '../../../src/pipeline/patterns/expand.ts'
import { type IngestServer, startIngestServers } from '../../helpers/pipeline/differential/ingest-servers.ts'
import { canonical, fromJson, toJson } from '../../helpers/pipeline/differential/json-text.ts'
import type { Outcome, Outcomes, WrittenPipeline } from '../../helpers/pipeline/differential/outcome.ts'
import { runOurs } from '../../helpers/pipeline/differential/run-ours.ts'
import { simulate } from '../../helpers/pipeline/differential/simulate.ts'
import { makeRandom } from '../../helpers/pipeline/patterns/random.ts'
import { damage, type Random, textOf } from '../../helpers/pipeline/patterns/texts-of.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { comparisonSeed as seed, isWhole } from '../../helpers/suite/sample.ts'

const TEXTS = isWhole ? 60 : 8
const PATTERNS_AT_ONCE = 4

const scope = makeScope()
let server: IngestServer

test.before('the server starts', async () => {
  const [elasticsearch] = await startIngestServers(scope)
  server = elasticsearch as IngestServer
})
test.after.always('the server is gone', () => scope.end())

// What Elasticsearch 7.10.2 has is Logstash's bank of 2017. These were changed by Logstash since: the server is given ours.
const CHANGED = [
  'BACULA_LOG_NOOPEN',
  'BACULA_LOG_NOOPENDIR',
  'BACULA_LOG_NOSTAT',
  'BACULA_LOG_NO_AUTH',
  'BACULA_LOGLINE',
  'BIND9',
  'COMMONAPACHELOG',
  'COMBINEDAPACHELOG',
  'ELB_ACCESS_LOG',
  'EXIM_PID',
  'EXIM_REMOTE_HOST',
  'HAPROXYHTTPBASE',
  'HTTPD20_ERRORLOG',
  'HTTPD24_ERRORLOG',
  'HTTPD_COMMONLOG',
  'HTTPD_COMBINEDLOG',
  'JAVAFILE',
  'JAVASTACKTRACEPART',
  'LOGLEVEL',
  'NAGIOS_TIMEPERIOD_TRANSITION',
  'SFW2',
  'SHOREWALL',
  'SQUID3',
  'TIMESTAMP_ISO8601',
  'UNIXPATH',
  // A list of hosts without anything between is not read: it would take exponential time.
  'SYSLOGBASE2',
]

test.serial('each pattern of the bank of a real server has the texts and the fields of ours', async t => {
  const theirs = await readBank()
  t.true(theirs.size > 300)
  const ours = bankOf('disabled')
  const changed = Object.fromEntries(CHANGED.map(name => [name, ours.get(name) ?? '']))
  const names = [...theirs.keys()]
  t.deepEqual(
    names.filter(name => !ours.has(name)),
    [],
  )
  const expressionsOf = (name: string): readonly string[] =>
    [ours, new Map([...theirs, ...Object.entries(changed)])].map(
      bank => expand(`%{${name}}`, one => bank.get(one)).expression,
    )
  t.deepEqual(await compareAll(names, { definitions: changed, expressionsOf, ecs: 'disabled' }), [])
})

test.serial('each pattern for the common schema matches as Oniguruma itself does', async t => {
  const ours = bankOf('v1')
  const expressionsOf = (name: string): readonly string[] => [expand(`%{${name}}`, one => ours.get(one)).expression]
  const definitions = Object.fromEntries(ours)
  t.deepEqual(await compareAll([...ours.keys()], { definitions, expressionsOf, ecs: 'v1' }), [])
})

/** Theirs take exponential time on some texts, and a watchdog of the server ends that after a second. */
const INTERRUPTED = /was interrupted after/u

interface Banks {
  /** What the server is given. */
  readonly definitions: Readonly<Record<string, string>>
  /** From which the texts are made. */
  readonly expressionsOf: (name: string) => readonly string[]
  readonly ecs: 'disabled' | 'v1'
}

async function compareAll(names: readonly string[], banks: Banks): Promise<readonly string[]> {
  const found: string[] = []
  const left = [...names]
  const work = async (): Promise<void> => {
    for (let name = left.pop(); name !== undefined; name = left.pop()) found.push(...(await compareOne(name, banks)))
  }
  await Promise.all(Array.from({ length: PATTERNS_AT_ONCE }, work))
  return found
}

async function compareOne(name: string, { definitions, expressionsOf, ecs }: Banks): Promise<readonly string[]> {
  const texts = expressionsOf(name).flatMap(expression => makeTexts(expression, makeRandom(seed + name.length)))
  const documents = texts.map(text => toJson({ in: text }))
  const forms = [`%{${name}:whole}`, String.raw`\A%{${name}:whole}\z`]
  const found = await Promise.all(
    forms.map(async form => {
      const theirs = await simulate(server, pipelineOf(form, { pattern_definitions: definitions }), documents)
      const ours = runOurs(pipelineOf(form, { ecs_compatibility: ecs }), documents)
      return texts.flatMap((text, i) => describe(`${form} on ${JSON.stringify(text)}`, at(ours, i), at(theirs, i)))
    }),
  )
  return found.flat().slice(0, 1)
}

function makeTexts(expression: string, random: Random): string[] {
  return Array.from({ length: TEXTS }, () => textOf(expression, random)).flatMap(text => [
    text,
    damage(text, random),
    `x ${text} y`,
  ])
}

function pipelineOf(pattern: string, options: object): WrittenPipeline {
  return { processors: [{ grok: { field: 'in', patterns: [pattern], ...options } }] }
}

function at(outcomes: Outcomes, i: number): Outcome {
  if (outcomes.kind !== 'ran') throw new Error(outcomes.message)
  return outcomes.outcomes[i] as Outcome
}

function describe(what: string, ours: Outcome, theirs: Outcome): string[] {
  if (theirs.kind === 'failed' && INTERRUPTED.test(theirs.message)) return []
  const [mine, yours] = [fieldsOf(ours), fieldsOf(theirs)]
  return mine === yours ? [] : [`${what}: ours ${mine}, theirs ${yours} (seed ${seed})`]
}

/** A number that does not fit fails in both; the words of a failure are compared elsewhere. */
function fieldsOf(outcome: Outcome): string {
  return outcome.kind === 'document' ? canonical(fromJson(outcome.json), false) : outcome.kind
}

async function readBank(): Promise<ReadonlyMap<string, string>> {
  const answer = await fetch(`${server.url}/_ingest/processor/grok`)
  const { patterns } = (await answer.json()) as { readonly patterns: Readonly<Record<string, string>> }
  return new Map(Object.entries(patterns))
}
