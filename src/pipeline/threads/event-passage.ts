// What happens to one event in a thread.
import { readTime } from '../../events/event-time.ts'
import type { DocumentReader, ReadDocument } from '../document/document-reader.ts'
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
  readonly document: string
  readonly spared: Spared | undefined
}

interface PassageParts {
  readonly pipeline: ServedPipeline
  readonly reader: DocumentReader
  readonly limits: ResultLimits
  readonly progress: Progress
}

interface Opened {
  readonly document: ReadDocument
  readonly event: PipelineEvent
}

/** A character takes at most so many bytes of UTF-8. */
const MAX_BYTES_PER_UNIT = 3

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
    const opened = this.#open(received)
    if (opened === undefined) return draft.keep(this.#parts.pipeline.fallbackTarget)
    const passed = this.#run(opened.event, meter)
    if (passed.kind === 'failed') return this.#fail(received, this.#toFailure(passed), draft)
    if (passed.kind === 'dropped') {
      meter.noteDropped()
      return draft.drop()
    }
    this.#store(received, opened, draft)
  }

  #store(received: ReceivedEvent, { document, event }: Opened, draft: AnswerDraft): void {
    if (!event.isChanged) return draft.keep(this.#parts.pipeline.targetOf(event))
    const written = this.#write(document)
    if (typeof written !== 'string') return this.#fail(received, written, draft)
    draft.write(written, timeOf(event.fields) ?? received.timeMs, this.#parts.pipeline.targetOf(event))
  }

  /** The document as it was received; undefined where it cannot be read. */
  #open({ id, document: text, receivedAtMs }: ReceivedEvent): Opened | undefined {
    try {
      const document = this.#parts.reader.read(text)
      const ingest = { timestamp: this.#textOfTime(receivedAtMs) }
      const event = new PipelineEvent({ id, fields: document.fields, ingest, notePart: this.#notePart })
      return { document, event }
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
  #write(document: ReadDocument): string | Failure {
    const { eventBytes } = this.#parts.limits
    // As with Logstash, it is for the pipeline only. A removal makes an object slow.
    if (Object.hasOwn(document.fields, '@metadata')) removeMember(document.fields, '@metadata')
    try {
      const text = document.write()
      if (text.length * MAX_BYTES_PER_UNIT <= eventBytes || Buffer.byteLength(text) <= eventBytes) return text
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
    const opened = failure.isUnmarked === true ? undefined : this.#open(received)
    if (opened === undefined) return draft.keep(pipeline.fallbackTarget)
    const { document, event } = opened
    const target = pipeline.targetOf(event)
    markFailure(event.fields, failure)
    draft.write(document.write(), received.timeMs, target)
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
