import { hash } from 'node:crypto'
import { EventReader } from '../events/event-reader.ts'
import { freeBytes } from '../flow/free-bytes.ts'
import { type RecordRun, measureRuns, readRuns } from '../lumberjack/wire/run-decoder.ts'
import { inflateZstdFrame, measureZstdFrame } from '../lumberjack/wire/zstd-frame.ts'
import type { FramePart, FrameRequest, FrameResumption, WireFrame } from './frame-contract.ts'
import { PartDraft, type Read, type WrittenDocuments, withRoom } from './part-draft.ts'
import { RunEvents } from './run-events.ts'
import { RunHeaderReader } from './run-header.ts'
import { proveRun } from './run-proof.ts'
import { type RunText, makeRunText } from './run-text.ts'
import { type EventWatch, type Session, UNWATCHED } from './session.ts'

/** A run with fewer records is read event by event, which costs less than to prove that it need not be. */
const MIN_PROVEN_RECORDS = 4
/** What the numbers of a record take. */
const NUMBERS_BYTES = 24

type RunsRequest = FrameRequest & { readonly frame: Extract<WireFrame, { readonly type: 'runs' }> }

interface Content {
  readonly bytes: Buffer
  readonly events: number
  readonly documentBytes: number
}

/** Documents of events that are not in a part yet. */
interface Written {
  readonly documents: WrittenDocuments
  at: number
}

/**
 * Reads one frame of runs, part by part. Events of our agent are written as documents, many at once; any other one is read
 * as if it had come as JSON.
 */
export class RunSession implements Session {
  readonly #request: RunsRequest & FrameResumption
  readonly #watch: EventWatch
  readonly #reader: EventReader
  readonly #headers = new RunHeaderReader()
  #hash: string | undefined
  #content: Content | undefined
  #runs: Iterator<RecordRun, void> | undefined
  #text: RunText | undefined
  #run: RunEvents | undefined
  /** The next event in the run, and in the frame. */
  #at = 0
  #index = 0
  #written: Written | undefined
  /** An event that was read and did not fit into its part. */
  #left: Read | undefined

  constructor(request: RunsRequest & Partial<FrameResumption>, watch = UNWATCHED) {
    this.#request = { from: 0, total: undefined, refused: new Map(), ...request }
    this.#hash = request.isHashed ? hash('sha256', request.frame.zstd, 'base64url') : undefined
    this.#watch = watch
    this.#reader = new EventReader({ makeId: () => '', limits: request.limits, sender: request.rules })
  }

  readonly isInflated = true

  /** What its documents have in all, or more, if that and the content have at most `maxBytes`. Throws ProtocolError. */
  isTiny(maxBytes: number): boolean {
    const { frame, limits } = this.#request
    const size = measureZstdFrame(bufferOf(frame.zstd), limits.inflatedBytes)
    return size <= maxBytes && this.#open().documentBytes <= maxBytes
  }

  async next(maxBytes: number): Promise<FramePart | 'tooSmall'> {
    return await withRoom(room => this.#next(new PartDraft(room, maxBytes)))
  }

  close(): void {
    if (this.#content !== undefined) freeBytes(this.#content.bytes)
  }

  #next(draft: PartDraft): FramePart | 'tooSmall' {
    const { bytes, events } = this.#open()
    const { maxEvents, nowMs } = this.#request
    if (events <= maxEvents) while (!draft.isFull && this.#index < events && this.#take(draft));
    const isLast = events > maxEvents || this.#index === events
    if (draft.isEmpty && !isLast) return 'tooSmall'
    const hashed = this.#hash
    this.#hash = undefined
    const runBytes = NUMBERS_BYTES * (this.#run?.count ?? 0) + (this.#written?.documents.text.length ?? 0)
    const keptBytes = isLast ? 0 : bytes.length + runBytes
    return { ...draft.finish(nowMs), total: events, isLast, keptBytes, hash: hashed }
  }

  /** No event is given before all are known to be well formed. */
  #open(): Content {
    if (this.#content !== undefined) return this.#content
    const { frame, limits, maxEvents } = this.#request
    const { inflatedBytes } = limits
    const zstd = bufferOf(frame.zstd)
    const bytes = inflateZstdFrame(zstd, measureZstdFrame(zstd, inflatedBytes))
    const checkHeader = (header: Buffer) => this.#headers.check(header)
    this.#content = { bytes, ...measureRuns({ content: bytes, inflatedBytes, maxEvents, checkHeader }) }
    this.#runs = readRuns(bytes)
    return this.#content
  }

  /** Takes one event, or some that are written together; false when the next one does not fit. */
  #take(draft: PartDraft): boolean {
    if (this.#run === undefined || this.#at === this.#run.count) this.#nextRun()
    const run = this.#run as RunEvents
    const skipped = Math.min(run.count - this.#at, Math.max(0, this.#request.from - this.#index))
    this.#pass(skipped)
    if (this.#at === run.count) return true
    this.#written ??= this.#write(run)
    return this.#written === undefined ? this.#takeOne(draft, run) : this.#takeWritten(draft, run, this.#written)
  }

  #pass(count: number): void {
    this.#at += count
    this.#index += count
  }

  #nextRun(): void {
    const run = this.#runs?.next().value as RecordRun
    const { timeMs, doubtfulSinceMs } = run
    const isSame = run.isSameHeader && this.#text?.doubtfulSinceMs === doubtfulSinceMs && this.#text?.timeMs === timeMs
    const text =
      isSame && this.#text ? this.#text : makeRunText(this.#headers.read(run.header), { timeMs, doubtfulSinceMs })
    const known = isSame ? this.#run?.proven : undefined
    this.#text = text
    this.#run = new RunEvents(run, text, known ?? this.#prove(run, text))
    this.#at = 0
  }

  #prove(run: RecordRun, text: RunText) {
    if (this.#request.isCareful === true || run.count < MIN_PROVEN_RECORDS) return undefined
    return proveRun(text, this.#reader, this.#request.nowMs)
  }

  #write(run: RunEvents): Written | undefined {
    const end = run.findEnd(this.#at, this.#request.limits.eventBytes)
    if (this.#left !== undefined || end === this.#at) return undefined
    this.#watch.begin(this.#index, run.recordsOf(this.#at, end))
    try {
      const documents = run.write(this.#at, end)
      return documents && { documents, at: 0 }
    } catch {
      return undefined // one by one, it is found which of them it was
    } finally {
      this.#watch.end()
    }
  }

  #takeWritten(draft: PartDraft, run: RunEvents, written: Written): boolean {
    const { documents, at } = written
    const count = draft.addWritten(documents, at, this.#request.frame.firstSequence + this.#index)
    if (run.proven?.isForeign === true) draft.noteForeignIds(count)
    written.at += count
    this.#pass(count)
    if (written.at === documents.ends.length) this.#written = undefined
    return count > 0
  }

  #takeOne(draft: PartDraft, run: RunEvents): boolean {
    const read = (this.#left ??= this.#read(run))
    const added = draft.add(read, this.#request.frame.firstSequence + this.#index)
    if (added === undefined) return false
    this.#left = undefined
    this.#pass(1)
    if (added === 'copied') freeBytes('bytes' in read.event ? read.event.bytes : read.event.payload)
    return true
  }

  #read(run: RunEvents): Read {
    const { refused, limits, nowMs } = this.#request
    const payload = run.payloadOf(this.#at, limits.eventBytes)
    const reason = refused.get(this.#index)
    if (reason !== undefined) return { event: { id: '', payload, type: 'unreadable', reason }, foreignIds: 0 }
    this.#watch.begin(this.#index, run.recordsOf(this.#at, this.#at + 1))
    try {
      const event = this.#reader.readJson(payload, nowMs)
      if ('bytes' in event && event.bytes.buffer !== payload.buffer) freeBytes(payload)
      return { event, foreignIds: this.#reader.takeForeignIds() }
    } catch (error) {
      return {
        event: { id: '', payload, type: 'unreadable', reason: `reading it failed: ${String(error)}` },
        foreignIds: 0,
      }
    } finally {
      this.#watch.end()
    }
  }
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
