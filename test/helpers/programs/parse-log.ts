// What a format makes of a log, record for record.
import { CATALOGUE } from '../../../src/pipeline/compile/catalogue.ts'
import { compilePipelines } from '../../../src/pipeline/compile/compile-pipelines.ts'
import { PipelineEvent } from '../../../src/pipeline/document/pipeline-event.ts'
import type { Fields } from '../../../src/pipeline/document/value.ts'
import { formatNamed } from '../../../src/pipeline/formats/catalogue.ts'
import type { MultilineSetting } from '../../../src/pipeline/formats/format.ts'
import { NO_SERVICES } from '../pipeline/test-processors.ts'
import { type ProgramLog, TIMEZONE } from './program.ts'

export interface ParsedLog {
  readonly documents: readonly Fields[]
  /** Records that the format does not take, with the reason. */
  readonly unparsed: readonly string[]
}

/** The ready-made joining of records that formats name, near enough for these logs. */
const READY_MADE: Readonly<Record<string, MultilineSetting>> = {
  java: { pattern: String.raw`^(?:\d{4}-|\d\d:\d\d)`, negate: true, match: 'after' },
  python: { pattern: String.raw`^(?:\d{4}-|[A-Z]+:[\w.]+:|\{)`, negate: true, match: 'after' },
}

export function parseLog({ format, text }: ProgramLog): ParsedLog {
  const parse = compileParse(format)
  const documents: Fields[] = []
  const unparsed: string[] = []
  for (const record of recordsOf(text, format)) {
    const fields: Fields = { message: record }
    const failure = parse(fields)
    if (failure === undefined) documents.push(fields)
    else unparsed.push(`${JSON.stringify(record.slice(0, 1000))}: ${failure.slice(0, 300)}`)
  }
  return { documents, unparsed }
}

/** Passes fields through `parse`; returns the failure. */
export function compileParse(
  format: string,
  more: object = { timezone: TIMEZONE },
): (fields: Fields) => string | undefined {
  const services = { ...NO_SERVICES, nowMs: () => Date.now() }
  const compiled = compilePipelines({ pipeline: [{ parse: { format, ...more } }] }, services, CATALOGUE)
  if (compiled.faults.length > 0) throw new Error(JSON.stringify(compiled.faults))
  const { run } = compiled as Extract<typeof compiled, { readonly faults: readonly [] }>
  return fields => {
    const outcome = run(new PipelineEvent({ id: '1', fields, ingest: {} }))
    return typeof outcome === 'string' ? undefined : outcome.message
  }
}

/** Without empty lines, and with the lines of a record together. */
function recordsOf(text: string, format: string): readonly string[] {
  const written = formatNamed(format)?.multiline
  const setting = typeof written === 'string' ? READY_MADE[written] : written
  const records: string[] = []
  for (const line of text.split('\n')) {
    const last = records.at(-1)
    if (setting !== undefined && last !== undefined && continues(line, setting))
      records[records.length - 1] = `${last}\n${line}`
    else records.push(line)
  }
  return records.map(record => record.replace(/\n+$/u, '')).filter(record => record !== '')
}

function continues(line: string, { pattern, negate = false }: MultilineSetting): boolean {
  return new RegExp(pattern, 'u').test(line) !== negate
}
