import type { StepInfo } from '../../pipeline/compile/step-info.ts'
import type { AfterStep, StepMeter, StepResult } from '../../pipeline/compile/step-meter.ts'
import { formatFaultPath } from '../../pipeline/compile/pipeline-fault.ts'
import type { PipelineEvent } from '../../pipeline/document/pipeline-event.ts'
import { type Fields, copyValue } from '../../pipeline/document/value.ts'
import { makePrintable } from '../program/printable-text.ts'
import { type Difference, findDifferences } from './document-difference.ts'
import { explainGrok } from './explain-grok.ts'
import { type Paint, showValue } from './paint.ts'
import type { WrittenPipelines } from '../../pipeline/compile/compile-pipelines.ts'

interface TraceParts {
  readonly steps: readonly StepInfo[]
  readonly written: WrittenPipelines
  readonly paint: Paint
}

/** Lines that take a while to make, since patterns are tried: to be made once the event has passed. */
export interface Explanation {
  readonly indent: string
  readonly explain: () => readonly string[]
}

interface OpenStep {
  readonly step: StepInfo | undefined
  readonly before: Fields
  readonly index: string | undefined
  readonly startedAt: number
}

/** Notes what each step did to an event. */
export class Trace implements StepMeter {
  readonly lines: (string | Explanation)[] = []
  readonly #parts: TraceParts
  readonly #open: OpenStep[] = []

  constructor(parts: TraceParts) {
    this.#parts = parts
  }

  begin(index: number, event: PipelineEvent): void {
    const before = copyValue(event.fields) as Fields
    const step = this.#parts.steps[index]
    this.#open.push({ step, before, index: event.index, startedAt: performance.now() })
  }

  end(_index: number, result: StepResult, after: AfterStep): void {
    const milliseconds = performance.now()
    const open = this.#open.pop()
    const step = open?.step
    if (open === undefined || step === undefined) return
    const { paint } = this.#parts
    const time = paint('grey', `${(milliseconds - open.startedAt).toFixed(2)} ms`)
    this.#line(`${nameOf(step, paint)}  ${this.#outcome(step, result, after)}  ${time}`, 1)
    if (result === 'failed' && after.failure?.step === step) this.#explain(step, open)
    for (const difference of findDifferences(open.before, after.event.fields)) this.#line(show(difference, paint), 2)
    if (after.event.index !== open.index) this.#line(`${paint('yellow', '_index')} = ${after.event.index}`, 2)
  }

  /** The event was ended within the step that runs still. */
  noteEnded(reason: string): void {
    const step = this.#open.pop()?.step
    const { paint } = this.#parts
    if (step !== undefined) this.#line(`${nameOf(step, paint)}  ${paint('red', `ended: ${makePrintable(reason)}`)}`, 1)
  }

  #outcome(step: StepInfo, result: StepResult, { failure }: AfterStep): string {
    const { paint } = this.#parts
    if (result === 'skipped') return paint('grey', `skipped: not ${makePrintable(step.condition ?? '')}`)
    if (result !== 'failed') return result === 'passed' ? paint('green', 'passed') : paint('yellow', OUTCOMES[result])
    return paint('red', failure?.step === step ? `failed: ${makePrintable(failure.message)}` : 'failed inside')
  }

  #explain(step: StepInfo, { before }: OpenStep): void {
    const explain = () => explainGrok(step, this.#parts.written, before)
    this.lines.push({ indent: this.#indent(2), explain })
  }

  #line(text: string, depth: number): void {
    this.lines.push(this.#indent(depth) + text)
  }

  #indent(depth: number): string {
    return '  '.repeat(depth + this.#open.length)
  }
}

const OUTCOMES = { drop: 'dropped the event', terminate: 'ended the pipeline', reroute: 'ended all pipelines' } as const

function nameOf({ path, type, tag }: StepInfo, paint: Paint): string {
  const name = paint('bold', formatFaultPath([...path, type]))
  return tag === undefined ? name : `${name} (${makePrintable(tag)})`
}

function show({ path, before, after }: Difference, paint: Paint): string {
  const name = makePrintable(path)
  if (after === undefined) return paint('red', `- ${name}`)
  if (before === undefined) return `${paint('green', `+ ${name}`)} = ${showValue(after)}`
  return `${paint('yellow', `~ ${name}`)} = ${showValue(after)} ${paint('grey', `(was ${showValue(before)})`)}`
}
