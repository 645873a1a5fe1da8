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
    const sendable = events.every(hasUsableId) ? events : events.filter(hasUsableId)
    const sent: EventAnswer[] = []
    for (const chunk of cutBySize(sendable, size.bytes, target)) sent.push(...(await call.send(chunk)))
    const answers = sendable === events ? sent : weave(events.map(hasUsableId), sent)
    const targetOf = (i: number) => target.nameFor(events[i] as StoreEvent)
    const hasPipeline = (i: number) => isPipeline(target.pipelineFor?.(events[i] as StoreEvent) ?? pipeline)
    return judge(answers, { targetOf, name: target.name, hasPipeline })
  }
}

/** The answers of the events that were sent, with those of the others between them. */
function weave(wasSent: readonly boolean[], sent: readonly EventAnswer[]): readonly EventAnswer[] {
  const next = sent.values()
  return wasSent.map(was => (was ? (next.next().value ?? NOT_ANSWERED) : UNUSABLE_ID))
}

/** By `_none` a document goes through none. */
function isPipeline(name: string | undefined): boolean {
  return name !== undefined && name !== '_none'
}

const NOT_ANSWERED: EventAnswer = { status: 0, type: 'garbled', reason: 'the answer has no item for it' }
/** One unusable id makes the server refuse the whole request. */
const UNUSABLE_ID: EventAnswer = { status: 400, type: 'unusable_id', reason: `an id has 1 to ${MAX_ID_BYTES} bytes` }

/** The requests of one call. */
class BulkCall {
  readonly #options: BulkWriterOptions
  readonly #signal: AbortSignal

  constructor(options: BulkWriterOptions, signal: AbortSignal) {
    this.#options = options
    this.#signal = signal
  }

  /** Sends the events together, and again in parts if the server refuses the request as a whole. One answer for each, in order. */
  async send(events: readonly StoreEvent[]): Promise<readonly EventAnswer[]> {
    const answers = await this.#options.request(events, this.#signal)
    const [first] = answers
    if (events.length === 1 || first?.sharedBy === undefined) return answers
    if (first.status === 413) return await this.#sendHalves(events)
    return first.status === 400 ? await this.#takeApart(events, first) : answers
  }

  async #sendHalves(events: readonly StoreEvent[]): Promise<readonly EventAnswer[]> {
    if (events.length === 1) return await this.send(events)
    const middle = Math.ceil(events.length / 2)
    return [...(await this.send(events.slice(0, middle))), ...(await this.send(events.slice(middle)))]
  }

  /**
   * Halving down to single events would take thousands of requests if the target is at fault. So a few are sent alone first: if
   * all of them are rejected, the others wait for the next try.
   */
  async #takeApart(events: readonly StoreEvent[], answer: EventAnswer): Promise<readonly EventAnswer[]> {
    if (events.length <= PROBE_COUNT) return await this.#sendHalves(events)
    const probed = new Map<number, EventAnswer>()
    for (const i of chooseProbes(events.length, this.#options.random ?? Math.random)) {
      const [own = NOT_ANSWERED] = await this.send(events.slice(i, i + 1))
      probed.set(i, own)
    }
    const rest = events.filter((_, i) => !probed.has(i))
    const isTargetAtFault = probed.values().every(isRejected)
    const others = isTargetAtFault ? rest.map(() => answer) : await this.#sendHalves(rest)
    const next = others.values()
    return events.map((_, i) => probed.get(i) ?? next.next().value ?? NOT_ANSWERED)
  }
}

/** The first, the last and a random one between them, so that no order of the events misleads it for long. */
function chooseProbes(count: number, random: () => number): ReadonlySet<number> {
  return new Set([0, 1 + Math.floor(random() * (count - 2)), count - 1])
}

/** HTTP 400 for a request of it alone. */
function isRejected({ status, sharedBy }: EventAnswer): boolean {
  return status === 400 && sharedBy !== undefined
}

function hasUsableId({ id }: StoreEvent): boolean {
  return id !== '' && (id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES)
}

function cutBySize(
  events: readonly StoreEvent[],
  maxBytes: number,
  target: BulkTarget,
): readonly (readonly StoreEvent[])[] {
  const chunks: (readonly StoreEvent[])[] = []
  let from = 0
  let bytes = 0
  for (const [i, event] of events.entries()) {
    const more = maxBytesOf(event, target)
    if (i > from && bytes + more > maxBytes) {
      chunks.push(events.slice(from, i))
      from = i
      bytes = 0
    }
    bytes += more
  }
  if (from < events.length) chunks.push(from === 0 ? events : events.slice(from))
  return chunks
}
