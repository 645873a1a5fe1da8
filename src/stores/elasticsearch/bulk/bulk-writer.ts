import type { StoreEvent } from '../../../flow/event-batch.ts'
import type { Verdict } from '../../contract.ts'
import { maxBytesOf } from './bulk-body.ts'
import type { BulkOutcome, BulkRequest, BulkTarget } from './bulk-request.ts'
import type { RequestSize } from './request-size.ts'
import type { Complaint } from '../http/server-complaint.ts'
import { hasPassed } from './verdict.ts'

/** https://www.elastic.co/guide/en/elasticsearch/reference/8.19/mapping-id-field.html */
const MAX_ID_BYTES = 512
/** The number of events that are sent alone before a rejected request is halved. */
const PROBE_COUNT = 3

/** An event that got HTTP 400 alone: the verdicts on the other events show whose fault that is. */
interface Rejected {
  readonly kind: 'rejected'
  readonly complaint: Complaint
}

type Finding = Verdict | Rejected

interface Settled {
  readonly event: StoreEvent
  readonly finding: Finding
}

export interface BulkWriterOptions {
  readonly request: BulkRequest
  readonly target: BulkTarget
  readonly size: RequestSize
  readonly random?: () => number
}

export type BulkWriter = (events: readonly StoreEvent[], signal: AbortSignal) => Promise<readonly Verdict[]>

/** Creates a function that writes events in as many requests as their size and the answers require. */
export function createBulkWriter({ request, target, size, random = Math.random }: BulkWriterOptions): BulkWriter {
  const writeChunk = async (events: readonly StoreEvent[], signal: AbortSignal): Promise<readonly Settled[]> => {
    const outcome = await request(events, signal)
    if (outcome.kind === 'verdicts') return pair(events, outcome)
    const [event] = events
    if (events.length === 1 && event !== undefined) return [{ event, finding: judgeAlone(outcome, target, event) }]
    return outcome.kind === 'too_large' ? await writeHalves(events, signal) : await takeApart(events, signal)
  }

  const writeHalves = async (events: readonly StoreEvent[], signal: AbortSignal): Promise<readonly Settled[]> => {
    const middle = Math.ceil(events.length / 2)
    const first = await writeChunk(events.slice(0, middle), signal)
    return middle === events.length ? first : [...first, ...(await writeChunk(events.slice(middle), signal))]
  }

  // Halving down to single events would take thousands of requests if the target is at fault. So a few are sent alone first: if
  // all of them are rejected, the others wait for the next try.
  const takeApart = async (events: readonly StoreEvent[], signal: AbortSignal): Promise<readonly Settled[]> => {
    if (events.length <= PROBE_COUNT) return await writeHalves(events, signal)
    const chosen = chooseProbes(events, random)
    const probes: Settled[] = []
    for (const probe of chosen) probes.push(...(await writeChunk([probe], signal)))
    const rest = events.filter(event => !chosen.has(event))
    const complaint = probes.map(({ finding }) => finding).find(isRejected)?.complaint
    if (complaint !== undefined && probes.every(({ finding }) => isRejected(finding))) {
      return [...probes, ...rest.map(event => ({ event, finding: hold(target.name, complaint) }))]
    }
    return [...probes, ...(await writeHalves(rest, signal))]
  }

  return async (events, signal) => {
    const settled = new Map<StoreEvent, Finding>()
    for (const event of events) if (!hasUsableId(event)) settled.set(event, refuseId(target.nameFor(event)))
    const sendable = events.filter(event => !settled.has(event))
    for (const chunk of cutBySize(sendable, size.bytes, target)) {
      for (const { event, finding } of await writeChunk(chunk, signal)) settled.set(event, finding)
    }
    const isAnyRejected = [...settled.values()].some(isRejected)
    const passed = isAnyRejected ? findPassed(settled, target) : new Set<string>()
    return events.map(event => {
      const finding = settled.get(event)
      if (finding === undefined) return { kind: 'retry', reason: 'not sent', isDoubtful: false }
      return isRejected(finding) ? judgeRejected(finding, target.nameFor(event), passed) : finding
    })
  }
}

/** The targets for which at least one event passed. */
function findPassed(settled: ReadonlyMap<StoreEvent, Finding>, target: BulkTarget): ReadonlySet<string> {
  const passed = new Set<string>()
  for (const [event, finding] of settled) {
    if (!isRejected(finding) && hasPassed(finding)) passed.add(target.nameFor(event))
  }
  return passed
}

function pair(events: readonly StoreEvent[], { verdicts }: { readonly verdicts: readonly Verdict[] }): Settled[] {
  const missing: Verdict = { kind: 'retry', reason: 'the answer has no verdict', isDoubtful: true }
  return events.map((event, i) => ({ event, finding: verdicts[i] ?? missing }))
}

function judgeAlone(
  outcome: Exclude<BulkOutcome, { kind: 'verdicts' }>,
  target: BulkTarget,
  event: StoreEvent,
): Finding {
  if (outcome.kind === 'rejected') return outcome
  const reason = `the server refuses a request as long as this document, ${event.end - event.start} bytes (HTTP 413)`
  return { kind: 'refused', target: target.nameFor(event), type: 'document_too_large', reason }
}

/** The first, the last and a random one between them, so that no order of the events misleads it for long. */
function chooseProbes(events: readonly StoreEvent[], random: () => number): ReadonlySet<StoreEvent> {
  const between = 1 + Math.floor(random() * (events.length - 2))
  return new Set([0, between, events.length - 1].flatMap(i => events[i] ?? []))
}

function isRejected(finding: Finding): finding is Rejected {
  return finding.kind === 'rejected'
}

/** A rejected event is at fault only if another one for the same target passed; otherwise the target is. */
function judgeRejected({ complaint }: Rejected, target: string, passed: ReadonlySet<string>): Verdict {
  const { type, reason } = complaint
  return passed.has(target) ? { kind: 'refused', target, type, reason } : hold(target, complaint)
}

function hold(target: string, { status, type }: Complaint): Verdict {
  const remedy = "look at the server's log: it refuses the request as a whole, not one document"
  return { kind: 'held', target, reason: `${status} ${type} for a whole request`, remedy, mayBeDocument: true }
}

function hasUsableId({ id }: StoreEvent): boolean {
  return id !== '' && (id.length * 3 <= MAX_ID_BYTES || Buffer.byteLength(id) <= MAX_ID_BYTES)
}

/** One unusable id makes the server refuse the whole request. */
function refuseId(target: string): Verdict {
  return { kind: 'refused', target, type: 'unusable_id', reason: `an id has 1 to ${MAX_ID_BYTES} bytes` }
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
