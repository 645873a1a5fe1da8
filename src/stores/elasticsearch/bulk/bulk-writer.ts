import type { StoreEvent } from '../../../flow/event-batch.ts'
import type { Verdict } from '../../contract.ts'
import type { EventAnswer } from './bulk-answer.ts'
import { maxBytesOf } from './bulk-body.ts'
import type { BulkRequest, BulkTarget } from './bulk-request.ts'
import type { RequestSize } from './request-size.ts'
import { judge } from './verdict.ts'

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.19/mapping-id-field.html */
const MAX_ID_BYTES = 512
/** The number of events that are sent alone before a rejected request is halved. */
const PROBE_COUNT = 3

export interface BulkWriterOptions {
  readonly request: BulkRequest
  readonly target: BulkTarget
  readonly size: RequestSize
  /** The ingest pipeline of documents whose sender chose none. */
  readonly pipeline?: string | undefined
  readonly random?: () => number
}

export type BulkWriter = (events: readonly StoreEvent[], signal: AbortSignal) => Promise<readonly Verdict[]>

/** Creates a function that writes events in as many requests as their size and the answers require. */
export function createBulkWriter(options: BulkWriterOptions): BulkWriter {
  const { target, size, pipeline } = options
  return async (events, signal) => {
    const call = new BulkCall(options, signal)
    const sendable = events.filter(hasUsableId)
    for (const chunk of cutBySize(sendable, size.bytes, target)) await call.send(chunk)
    const answers = events.map(event => (hasUsableId(event) ? call.answerTo(event) : UNUSABLE_ID))
    const targetOf = (i: number) => target.nameFor(events[i] as StoreEvent)
    const hasPipeline = (i: number) => isPipeline(target.pipelineFor?.(events[i] as StoreEvent) ?? pipeline)
    return judge(answers, { targetOf, name: target.name, hasPipeline })
  }
}

/** By `_none` a document goes through none. */
function isPipeline(name: string | undefined): boolean {
  return name !== undefined && name !== '_none'
}

const NOT_SENT: EventAnswer = { status: 0, type: 'unsent', reason: 'not sent' }
const NOT_ANSWERED: EventAnswer = { status: 0, type: 'garbled', reason: 'the answer has no item for it' }
/** One unusable id makes the server refuse the whole request. */
const UNUSABLE_ID: EventAnswer = { status: 400, type: 'unusable_id', reason: `an id has 1 to ${MAX_ID_BYTES} bytes` }

/** The requests of one call, and what was answered for each event. */
class BulkCall {
  readonly #options: BulkWriterOptions
  readonly #signal: AbortSignal
  readonly #answers = new Map<StoreEvent, EventAnswer>()

  constructor(options: BulkWriterOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  answerTo(event: StoreEvent): EventAnswer {
    return this.#answers.get(event) ?? NOT_SENT
  }

  /** Sends the events together, and again in parts if the server refuses the request as a whole. */
  async send(events: readonly StoreEvent[]): Promise<void> {
    const answers = await this.#options.request(events, this.#signal)
    const [first] = answers
    if (events.length > 1 && first?.sharedBy !== undefined) {
      if (first.status === 413) return await this.#sendHalves(events)
      if (first.status === 400) return await this.#takeApart(events, first)
    }
    for (const [i, event] of events.entries()) this.#answers.set(event, answers[i] ?? NOT_ANSWERED)
  }

  async #sendHalves(events: readonly StoreEvent[]): Promise<void> {
    const middle = Math.ceil(events.length / 2)
    await this.send(events.slice(0, middle))
    if (middle < events.length) await this.send(events.slice(middle))
  }

  /**
   * Halving down to single events would take thousands of requests if the target is at fault. So a few are sent alone first: if
   * all of them are rejected, the others wait for the next try.
   */
  async #takeApart(events: readonly StoreEvent[], answer: EventAnswer): Promise<void> {
    if (events.length <= PROBE_COUNT) return await this.#sendHalves(events)
    const probes = chooseProbes(events, this.#options.random ?? Math.random)
    for (const probe of probes) await this.send([probe])
    const rest = events.filter(event => !probes.has(event))
    if (![...probes].every(probe => isRejected(this.answerTo(probe)))) return await this.#sendHalves(rest)
    for (const event of rest) this.#answers.set(event, answer)
  }
}

/** The first, the last and a random one between them, so that no order of the events misleads it for long. */
function chooseProbes(events: readonly StoreEvent[], random: () => number): ReadonlySet<StoreEvent> {
  const between = 1 + Math.floor(random() * (events.length - 2))
  return new Set([0, between, events.length - 1].flatMap(i => events[i] ?? []))
}

/** HTTP 400 for a request of it alone. */
function isRejected({ status, sharedBy }: EventAnswer): boolean {
  return status === 400 && sharedBy !== undefined
}

function hasUsableId({ id }: StoreEvent): boolean {
  return id !== '' && (id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES)
}

function cutBySize(events: readonly StoreEvent[], maxBytes: number, target: BulkTarget): StoreEvent[][] {
  const chunks: StoreEvent[][] = []
  let chunk: StoreEvent[] = []
  let bytes = 0
  for (const event of events) {
    const more = maxBytesOf(event, target)
    if (chunk.length > 0 && bytes + more > maxBytes) {
      chunks.push(chunk)
      chunk = []
      bytes = 0
    }
    chunk.push(event)
    bytes += more
  }
  return chunk.length > 0 ? [...chunks, chunk] : chunks
}
