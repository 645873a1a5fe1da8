import type { Terminal } from '../program/command-contract.ts'
import { makePrintable } from '../program/printable-text.ts'
import type { LoadedPipelines } from './load-pipelines.ts'
import { makePaint } from './paint.ts'
import { EventPasser, type PassedEvent, type Received } from './pass-event.ts'
import { runWithin } from './time-limit.ts'
import { type Explanation, Trace } from './trace.ts'

export interface TracedLine {
  readonly line: string
  readonly received: Received
}

const UNKNOWN = 'it takes too long to see how far the patterns come'

interface TraceParts {
  readonly pipelines: LoadedPipelines
  readonly terminal: Terminal
}

interface Traced {
  readonly kind: PassedEvent['kind']
  /** The line, what each step did to it, and what became of it. */
  readonly text: string
}

export function traceEvent({ line, received }: TracedLine, { pipelines, terminal }: TraceParts): Traced {
  const { timeoutMs } = pipelines
  const paint = makePaint(terminal.out, terminal)
  const passer = new EventPasser(pipelines)
  let trace = new Trace({ ...pipelines, paint })
  let endedBy = 'the trace takes too long'
  // Patterns are translated at their first use, which does not count as time of the step.
  const passed = runOnce(
    timeoutMs,
    () => passer.pass(received),
    () => {
      const ended = passer.giveUp(received)
      endedBy = ended.failure ?? ''
      return ended
    },
  )
  const run = (): void => {
    trace = new Trace({ ...pipelines, paint })
    passer.pass(received, trace)
  }
  runOnce(timeoutMs, run, () => trace.noteEnded(endedBy))
  const { kind, failure } = passed
  const steps = trace.lines.flatMap(one => (typeof one === 'string' ? one : linesOf(one, timeoutMs)))
  const outcome = kind === 'failed' ? paint('red', `stored as received: ${makePrintable(failure ?? '')}`) : kind
  return { kind, text: [makePrintable(line), ...steps, outcome, ''].join('\n') }
}

function linesOf({ indent, explain }: Explanation, limitMs: number): readonly string[] {
  return runOnce<readonly string[]>(limitMs, explain, () => [UNKNOWN]).map(text => indent + text)
}

function runOnce<Result>(limitMs: number, run: () => Result, giveUp: () => Result): Result {
  const [result] = runWithin(limitMs, { count: 1, run, giveUp })
  return result as Result
}
