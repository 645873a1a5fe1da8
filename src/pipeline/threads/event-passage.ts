// What happens to one event in a thread.
import { readTime } from '../../events/event-time.ts'
import { readDocument, writeJson } from '../document/json.ts'
import { PipelineEvent } from '../document/pipeline-event.ts'
import { type Fields, type Value, memberOf, removeMember } from '../document/value.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import type { AnswerDraft } from './answer-draft.ts'
import { type Failure, markFailure } from './mark-failure.ts'
import type { Passed, ServedPipeline } from './served-pipeline.ts'
import type { StepMeter } from './step-meter.ts'
import type { Progress, ResultLimits, Spared } from './thread-contract.ts'

export interface ReceivedEvent {
  readonly id: string
  readonly timeMs: number
  readonly receivedAtMs: number
  readonly document: Buffer
  readonly spared: Spared | undefined
}

interface PassageParts {
  readonly pipeline: ServedPipeline
  readonly limits: ResultLimits
  readonly progress: Progress
}

/** Passes events through the pipeline, one after the other; what becomes of each is noted in the answer. */
export class EventPassage {
  readonly #parts: PassageParts
  #lastTime: { readonly ms: number; readonly text: string } | undefined

  constructor(parts: PassageParts) {
    this.#parts = parts
  }

  pass(received: ReceivedEvent, draft: AnswerDraft, meter: StepMeter): void {
    const { spared } = received
    if (spared !== undefined) return this.#fail(received, spared, draft)
    const event = this.#open(received)
    if (event === undefined) return draft.keep(this.#parts.pipeline.fallbackTarget)
    const passed = this.#run(event, meter)
    if (passed.kind === 'failed') return this.#fail(received, this.#toFailure(passed), draft)
    if (passed.kind === 'dropped') {
      meter.noteDropped()
      return draft.drop()
    }
    this.#store(received, event, draft)
  }

  #store(received: ReceivedEvent, event: PipelineEvent, draft: AnswerDraft): void {
    if (!event.isChanged) return draft.keep(this.#parts.pipeline.targetOf(event))
    const document = this.#write(event.fields)
    if (typeof document !== 'string') return this.#fail(received, document, draft)
    draft.write(document, timeOf(event.fields) ?? received.timeMs, this.#parts.pipeline.targetOf(event))
  }

  /** The document as it was received; undefined where it cannot be read. */
  #open({ id, document, receivedAtMs }: ReceivedEvent): PipelineEvent | undefined {
    try {
      const ingest = { timestamp: this.#textOfTime(receivedAtMs) }
      return new PipelineEvent({ id, fields: readDocument(document), ingest, notePart: this.#notePart })
    } catch {
      return undefined // whatever it is, it concerns this event only
    }
  }

  /** All events of a request have the same one. */
  #textOfTime(timeMs: number): string {
    if (this.#lastTime?.ms !== timeMs) this.#lastTime = { ms: timeMs, text: new Date(timeMs).toISOString() }
    return this.#lastTime.text
  }

  readonly #notePart = (part: number): void => this.#parts.progress.enterPart(part)

  /** Whatever a step throws concerns this event only. */
  #run(event: PipelineEvent, meter: StepMeter): Passed {
    try {
      return this.#parts.pipeline.run(event, meter)
    } catch (error) {
      return { kind: 'failed', step: -1, type: 'pipeline_failure', message: reasonOf(error) }
    }
  }

  #toFailure({ step, type, message }: Extract<Passed, { kind: 'failed' }>): Failure {
    return { type, message, step: this.#parts.pipeline.steps[step] }
  }

  /** The text, or why it cannot be stored. */
  #write(fields: Fields): string | Failure {
    const { eventBytes } = this.#parts.limits
    // As with Logstash, it is for the pipeline only. A removal makes an object slow.
    if (Object.hasOwn(fields, '@metadata')) removeMember(fields, '@metadata')
    try {
      const document = writeJson(fields)
      if (document.length <= eventBytes && Buffer.byteLength(document) <= eventBytes) return document
      const message = `the event became larger than limits.eventBytes (${eventBytes} bytes)`
      return { type: 'pipeline_failure', message, step: undefined }
    } catch (error) {
      return { type: 'pipeline_failure', message: reasonOf(error), step: undefined }
    }
  }

  #fail(received: ReceivedEvent, failure: Failure & Pick<Spared, 'isUnmarked'>, draft: AnswerDraft): void {
    const { pipeline } = this.#parts
    if (pipeline.onFailure === 'deadLetter') return draft.refuse(reasonFor(failure))
    draft.noteMarked()
    const event = failure.isUnmarked === true ? undefined : this.#open(received)
    if (event === undefined) return draft.keep(pipeline.fallbackTarget)
    const target = pipeline.targetOf(event)
    markFailure(event.fields, failure)
    draft.write(writeJson(event.fields), received.timeMs, target)
  }
}

function reasonFor({ message, step }: Failure): string {
  return step === undefined ? message : `${step.path}: ${message}`
}

/** Of a document that was changed. A whole number counts as milliseconds, as for a store. */
function timeOf(fields: Fields): number | undefined {
  const value: Value | undefined = memberOf(fields, '@timestamp')
  return readTime(value, typeof value === 'number' ? String(value) : '')
}
