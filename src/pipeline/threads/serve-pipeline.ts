// The thread's side: it passes the events of batches through a pipeline, for the main thread.
import type { MessagePort } from 'node:worker_threads'
import { reasonOf } from '../../flow/error-reason.ts'
import { DocumentReader } from '../document/document-reader.ts'
import { AnswerDraft } from './answer-draft.ts'
import { CompiledInThread } from './compiled-in-thread.ts'
import { EventPassage } from './event-passage.ts'
import type { CompileServed } from './served-pipeline.ts'
import { StepMeter } from './step-meter.ts'
import {
  type FromThread,
  type PipelineAnswer,
  type PipelineRequest,
  type ThreadData,
  Progress,
} from './thread-contract.ts'

/** An answer ends after the event with which it took this long: others get their turn. */
const MAX_ANSWER_MS = 250

export function servePipeline(port: MessagePort, data: ThreadData, compile: CompileServed): void {
  const say = (message: FromThread, transfer: ArrayBuffer[] = []) => port.postMessage(message, transfer)
  const onChange = (path: string, fault: string | undefined) => say({ kind: 'file', path, fault })
  try {
    serve(port, data, new CompiledInThread({ written: data.written, compile, onChange }))
  } catch (error) {
    say({ kind: 'broken', message: reasonOf(error) })
  }
}

function serve(port: MessagePort, { cells, limits }: ThreadData, compiled: CompiledInThread): void {
  const progress = new Progress(cells)
  const reader = new DocumentReader()
  let count = 0

  const answer = (request: PipelineRequest): PipelineAnswer => {
    const pipeline = compiled.current
    const passage = new EventPassage({ pipeline, reader, limits, progress })
    const draft = new AnswerDraft()
    const meter = new StepMeter(pipeline.steps.length, progress)
    const bytes = Buffer.from(request.bytes.buffer, request.bytes.byteOffset, request.bytes.byteLength)
    const untilMs = performance.now() + MAX_ANSWER_MS
    for (let i = 0; i < request.ids.length && !draft.isFull && (i === 0 || performance.now() < untilMs); i++) {
      progress.begin(request.id, i)
      meter.beginEvent(count++)
      passage.pass(readEvent(request, bytes, i), draft, meter)
    }
    progress.end()
    return draft.finish(request.id, meter.counts())
  }

  port.postMessage({ kind: 'ready', steps: compiled.current.steps } satisfies FromThread)
  /** An error of it ends the thread. */
  port.on('message', (request: PipelineRequest) => {
    compiled.look()
    const answered = answer(request)
    const { fates, ends, times, bytes } = answered
    const message: FromThread = { kind: 'answer', answer: answered }
    port.postMessage(message, [fates.buffer, ends.buffer, times.buffer, bytes.buffer])
  })
}

function readEvent({ ids, times, ends, receivedAtMs, spared }: PipelineRequest, bytes: Buffer, i: number) {
  return {
    id: ids[i] as string,
    timeMs: times[i] as number,
    receivedAtMs,
    document: bytes.toString('utf8', ends[i - 1] ?? 0, ends[i]),
    spared: spared.get(i),
  }
}
