import { readDocument, writeJson } from '../../pipeline/document/json.ts'
import { ProcessingFault } from '../../pipeline/document/processing-fault.ts'
import { makePrintable } from '../program/printable-text.ts'
import type { CommandInput, Terminal } from '../program/command-contract.ts'
import { EXIT, type ExitCode } from '../program/exit-codes.ts'
import { requiredOption } from '../program/option-values.ts'
import { writeLine } from '../program/write-line.ts'
import { readLineBatches } from './line-batches.ts'
import { type LoadedPipelines, loadPipelines } from './load-pipelines.ts'
import { EventPasser, type PassedEvent, type Received } from './pass-event.ts'
import { suggest } from './suggest.ts'
import { runWithin } from './time-limit.ts'
import { type TracedLine, traceEvent } from './trace-event.ts'

/** So many lines that failed are looked at for a proposal, which may take this long. */
const MAX_SUGGESTION_LINES = 200
const SUGGESTION_MS = 10_000

/** Exit code 2 if the pipeline failed on a line. */
export async function runLines(input: CommandInput): Promise<ExitCode> {
  const pipelines = loadPipelines(requiredOption(input, 'config'))
  const { out, err } = input.terminal
  const runner = new LineRunner(input, pipelines)
  for await (const { lines, tooLong } of readLineBatches(process.stdin, pipelines.eventBytes)) {
    if (tooLong > 0) runner.noteTooLong(tooLong)
    for (const text of runner.run(lines)) await writeLine(out, text)
  }
  const { stored, dropped, failed } = runner.counts
  err.write(`${stored} stored, ${dropped} dropped, ${failed} failed\n`)
  if (input.options['suggest'] === true) for (const line of proposals(runner.failedLines)) await writeLine(out, line)
  return failed === 0 ? EXIT.done : EXIT.failed
}

function proposals(lines: readonly string[]): readonly string[] {
  const [found = []] = runWithin<readonly string[]>(SUGGESTION_MS, {
    count: 1,
    run: () => suggest(lines),
    giveUp: () => [`no proposal: none was found within ${SUGGESTION_MS} ms`],
  })
  return found
}

interface Result {
  readonly kind: PassedEvent['kind']
  readonly text: string
}

class LineRunner {
  readonly counts = { stored: 0, dropped: 0, failed: 0 }
  /** Some of them. */
  readonly failedLines: string[] = []
  readonly #options: CommandInput['options']
  readonly #terminal: Terminal
  readonly #pipelines: LoadedPipelines
  readonly #passer: EventPasser

  constructor({ options, terminal }: CommandInput, pipelines: LoadedPipelines) {
    this.#options = options
    this.#terminal = terminal
    this.#pipelines = pipelines
    this.#passer = new EventPasser(pipelines)
  }

  noteTooLong(count: number): void {
    this.counts.failed += count
    const { eventBytes } = this.#pipelines
    this.#terminal.err.write(`${count} of the lines longer than limits.eventBytes (${eventBytes} bytes); left out\n`)
  }

  /** The texts to print. Empty lines are no events. */
  run(lines: readonly string[]): readonly string[] {
    const known = lines.filter(line => line !== '').map(line => ({ line, received: this.#read(line, Date.now()) }))
    const events = known.flatMap(({ line, received }) => (received === undefined ? [] : [{ line, received }]))
    const results = this.#options['trace'] === true ? this.#trace(events) : this.#pass(events)
    for (const [i, { kind }] of results.entries()) this.#count(kind, events[i]?.line ?? '')
    return results.flatMap(({ text }) => (text === '' ? [] : [text]))
  }

  #pass(events: readonly TracedLine[]): readonly Result[] {
    const received = (i: number) => (events[i] as TracedLine).received
    return runWithin(this.#pipelines.timeoutMs, {
      count: events.length,
      run: i => print(this.#passer.pass(received(i))),
      giveUp: i => print(this.#passer.giveUp(received(i))),
    })
  }

  #trace(events: readonly TracedLine[]): readonly Result[] {
    return events.map(event => traceEvent(event, { pipelines: this.#pipelines, terminal: this.#terminal }))
  }

  /** Undefined where the line is not an event. */
  #read(line: string, nowMs: number): Received | undefined {
    if (this.#options['documents'] !== true)
      return { nowMs, fields: { '@timestamp': new Date(nowMs).toISOString(), message: line } }
    try {
      return { nowMs, fields: readDocument(line) }
    } catch (error) {
      if (!(error instanceof ProcessingFault)) throw error
      this.#terminal.err.write(`not an event: ${makePrintable(error.message)}\n`)
      this.#count('failed', line)
      return undefined
    }
  }

  #count(kind: PassedEvent['kind'], line: string): void {
    this.counts[kind]++
    if (kind === 'failed' && this.failedLines.length < MAX_SUGGESTION_LINES) this.failedLines.push(line)
  }
}

function print(passed: PassedEvent): Result {
  return { kind: passed.kind, text: passed.kind === 'dropped' ? '' : writeJson(passed.fields) }
}
