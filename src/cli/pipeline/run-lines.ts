import { createInterface } from 'node:readline'
import { readDocument, writeJson } from '../../pipeline/document/json.ts'
import { ProcessingFault } from '../../pipeline/document/processing-fault.ts'
import type { Fields } from '../../pipeline/document/value.ts'
import { makePrintable } from '../program/printable-text.ts'
import type { CommandInput } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { requiredOption } from '../program/option-values.ts'
import { writeLine } from '../program/write-line.ts'
import { type LoadedPipelines, loadPipelines } from './load-pipelines.ts'
import { type Paint, makePaint } from './paint.ts'
import { type PassedEvent, passEvent } from './pass-event.ts'
import { suggest } from './suggest.ts'
import { Trace } from './trace.ts'

/** So many lines that failed are looked at for a proposal. */
const MAX_SUGGESTION_LINES = 200

/** Exit code 2 if the pipeline failed on a line. */
export async function runLines(input: CommandInput): Promise<ExitCode> {
  const pipelines = loadPipelines(requiredOption(input, 'config'))
  const { out, err } = input.terminal
  const counts = { stored: 0, dropped: 0, failed: 0 }
  const failed: string[] = []
  const runner = makeRunner(input, pipelines)
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line === '') continue
    const { kind, text } = runner(line)
    counts[kind]++
    if (kind === 'failed' && failed.length < MAX_SUGGESTION_LINES) failed.push(line)
    if (text !== '') await writeLine(out, text)
  }
  err.write(`${counts.stored} stored, ${counts.dropped} dropped, ${counts.failed} failed\n`)
  if (input.options['suggest'] === true) for (const line of suggest(failed)) await writeLine(out, line)
  return counts.failed === 0 ? EXIT.done : EXIT.failed
}

interface Result {
  readonly kind: PassedEvent['kind']
  readonly text: string
}

function makeRunner({ options, terminal }: CommandInput, pipelines: LoadedPipelines): (line: string) => Result {
  const paint = makePaint(terminal.out, terminal)
  const read = options['documents'] === true ? readDocument : makeEvent
  return line => {
    const nowMs = Date.now()
    let fields: Fields
    try {
      fields = read(line, nowMs)
    } catch (error) {
      if (!(error instanceof ProcessingFault)) throw error
      terminal.err.write(`not an event: ${makePrintable(error.message)}\n`)
      return { kind: 'failed', text: '' }
    }
    return options['trace'] === true
      ? trace({ line, fields, nowMs }, pipelines, paint)
      : print(passEvent(pipelines.run, { fields, nowMs }))
  }
}

function makeEvent(line: string, nowMs: number): Fields {
  return { '@timestamp': new Date(nowMs).toISOString(), message: line }
}

function print(passed: PassedEvent): Result {
  return { kind: passed.kind, text: passed.kind === 'dropped' ? '' : writeJson(passed.fields) }
}

interface TracedLine {
  readonly line: string
  readonly fields: Fields
  readonly nowMs: number
}

function trace({ line, fields, nowMs }: TracedLine, pipelines: LoadedPipelines, paint: Paint): Result {
  const { steps, written, run } = pipelines
  // Patterns are translated at their first use, which does not count as time of the step.
  passEvent(run, { fields, nowMs })
  const lines = [makePrintable(line)]
  const meter = new Trace({ steps, written, paint, write: text => lines.push(text) })
  const { kind, failure } = passEvent(run, { fields, nowMs }, meter)
  lines.push(
    kind === 'failed' ? paint('red', `stored as received: ${makePrintable(failure?.message ?? '')}`) : kind,
    '',
  )
  return { kind, text: lines.join('\n') }
}
