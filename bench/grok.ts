// Measures what finds fields in text, alone and on one core: lines per CPU second. All figures are of one run, so that
// their ratios hold on a busy machine too.
import { PipelineEvent } from '../src/pipeline/document/pipeline-event.ts'
import { ProcessingFault } from '../src/pipeline/document/processing-fault.ts'
import { compilePipelines } from '../src/pipeline/compile/compile-pipelines.ts'
import { readOnce } from '../src/pipeline/compile/read-once.ts'
import { makeAccessLog } from '../test/helpers/files/access-log.ts'
import { median } from './report.ts'

const ROUNDS = 7
const ROUND_MS = 300
const LINES = 2000

const accessLines = makeAccessLog(0, LINES).trimEnd().split('\n')
const serviceLines = accessLines.map(
  (_, i) =>
    `2026-03-01 12:00:${String(i % 60).padStart(2, '0')},${100 + (i % 900)} INFO [worker-${i % 8}] com.example.Orders - order ${i} stored in ${i % 97} ms`,
)
const servicePattern = String.raw`^%{TIMESTAMP_ISO8601:time} %{LOGLEVEL:level} \[%{DATA:thread}\] %{JAVACLASS:logger} - %{GREEDYDATA:text}$`

interface Row {
  readonly name: string
  readonly lines: readonly string[]
  readonly processors: readonly object[]
}

function grok(pattern: string, options: object = {}): object {
  return { grok: { field: 'message', patterns: [pattern], ...options } }
}

const rows: readonly Row[] = [
  { name: 'nothing', lines: accessLines, processors: [{ set: { field: 'a', value: 'b' } }] },
  { name: 'access log', lines: accessLines, processors: [grok('%{COMBINEDAPACHELOG}')] },
  {
    name: 'access log, common schema',
    lines: accessLines,
    processors: [grok('%{COMBINEDAPACHELOG}', { ecs_compatibility: 'v1' })],
  },
  {
    name: 'access log, common schema, time, user agent',
    lines: accessLines,
    processors: [
      grok('%{COMBINEDAPACHELOG}', { ecs_compatibility: 'v1' }),
      { date: { field: 'timestamp', formats: ['dd/MMM/yyyy:HH:mm:ss Z'] } },
      { user_agent: { field: 'user_agent.original' } },
    ],
  },
  { name: 'service pattern', lines: serviceLines, processors: [grok(servicePattern)] },
  { name: 'service pattern on access log (no match)', lines: accessLines, processors: [grok(servicePattern)] },
  {
    name: 'access pattern on service lines (no match)',
    lines: serviceLines,
    processors: [grok('%{COMBINEDAPACHELOG}')],
  },
  {
    name: 'dissect',
    lines: serviceLines,
    processors: [{ dissect: { field: 'message', pattern: '%{day} %{time} %{level} [%{thread}] %{logger} - %{text}' } }],
  },
]

/** Lines per CPU second. */
function measure({ lines, processors }: Row): number {
  const compiled = compilePipelines({ pipeline: processors }, readOnce(import.meta.dirname))
  if (!('run' in compiled)) throw new Error(JSON.stringify(compiled.faults))
  const { run } = compiled
  const before = process.cpuUsage()
  const start = performance.now()
  let count = 0
  while (performance.now() - start < ROUND_MS) {
    for (const message of lines) pass(run, message)
    count += lines.length
  }
  const { user, system } = process.cpuUsage(before)
  return count / ((user + system) / 1e6)
}

function pass(run: (event: PipelineEvent) => unknown, message: string): void {
  try {
    run(new PipelineEvent({ id: 'id', fields: { message }, ingest: {} }))
  } catch (error) {
    // Lines that do not match are part of the measure.
    if (!(error instanceof ProcessingFault)) throw error
  }
}

const rates = rows.map(() => [] as number[])
// Round by round, so that all rows have the same good and bad moments of the machine.
for (let round = 0; round <= ROUNDS; round++) {
  const measured = rows.map(measure)
  // The first round is for the compiler.
  if (round > 0) measured.forEach((rate, i) => rates[i]?.push(rate))
}
for (const [i, { name }] of rows.entries()) {
  const rate = median(rates[i] ?? [])
  const seconds = (1e6 / rate).toFixed(1)
  console.log(`${name}: ${Math.round(rate / 1000)} thousand lines per CPU second, ${seconds} s a million`)
}
