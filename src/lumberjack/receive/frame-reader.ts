import type { Place } from '../../flow/nested-turns.ts'
import { type Frame, FrameDecoder } from '../wire/decoder.ts'
import { maxInflatedBytes } from '../wire/inflate.ts'
import { ProtocolError } from '../wire/protocol-error.ts'
import { MAX_RUNS_BYTES } from '../wire/run-format.ts'
import { MAX_ADDED_BYTES, type SenderRules } from '../../events/event-reader.ts'
import { type FramePart, type WireFrame, bytesOf } from '../../workers/frame-contract.ts'
import type { FrameParts, FrameWorkers } from '../../workers/frame-workers.ts'
import { MAX_TINY_BYTES, takeTinyFrame } from '../../workers/tiny-frame.ts'
import type { ChunkReader } from './chunk-reader.ts'
import { ClientPace } from './client-pace.ts'
import type { ConnectionMemory, Step } from './connection-memory.ts'
import { type FrameTurns, unitsOf } from './frame-turns.ts'
import { type ReceiverCounts, type ResolvedLimits, EVENT_MEMORY_OVERHEAD_BYTES } from './receiver-contract.ts'
import type { WindowAssembler } from './window-assembler.ts'

const PART_BYTES = 2 * 1024 * 1024
/** No known client sends any. Without a limit, the few bytes of each would be read for minutes after a client has left. */
const MAX_EMPTY_FRAMES = 10

type WindowFrame = Extract<Frame, { readonly type: 'window' }>

interface FrameReaderParts {
  readonly chunks: ChunkReader
  readonly memory: ConnectionMemory
  readonly assembler: WindowAssembler
  readonly limits: ResolvedLimits
  readonly counts: ReceiverCounts
  readonly isAckDue: () => boolean
  readonly workers: FrameWorkers
  readonly turns: FrameTurns
  /** The frames of equal senders take turns with those of the others; the member is known once events were read. */
  readonly placeOf: () => Place
  /** Of a sender with a certificate. */
  readonly rules: SenderRules | undefined
  /** The connection has selected our own wire form. */
  readonly allowsRuns: boolean
  readonly now: () => number
}

/** A frame of which the workers have not given out all events. */
interface Opened {
  readonly parts: FrameParts
  readonly isRuns: boolean
  readonly wireBytes: number
  /** What the workers keep for it between two parts. */
  keptBytes: number
  /** No part with one event takes more. */
  readonly maxPartBytes: number
  /** What is tried first: enough for a part of most frames. */
  minPartBytes: number
  /** Events that the window lacked. */
  readonly maxEvents: number
}

/** Reads the frames of one connection into its windows, within the connection's memory. */
export class FrameReader {
  readonly #parts: FrameReaderParts
  #decoder: FrameDecoder
  /** A chunk that there is no memory for yet; no other one is read before that. */
  #chunk: Buffer | undefined
  /** No other frame is taken before it is read to its end. */
  #opened: Opened | undefined
  /** Memory that is held for chunks, beyond that of the events. */
  #chunkBytes = 0
  /** Events were read without waiting for memory: of less than two chunks. Nothing more is read before there is room. */
  #isInDebt = false
  #isClosed = false
  #isInsideAtEnd = false
  readonly #pace: ClientPace
  /** Compressed frames without an event in this window. */
  #emptyFrames = 0
  /** What it has taken since it last waited for its turn. */
  #turnUnits = 0

  constructor(parts: FrameReaderParts) {
    this.#parts = parts
    this.#pace = new ClientPace(parts.limits)
    this.#decoder = new FrameDecoder(parts.limits, { allowsRuns: parts.allowsRuns })
  }

  /** The rest of a frame or of a window is missing. */
  get isInsideWindow(): boolean {
    return this.#isInsideAtEnd || this.#decoder.wantedBytes > 0 || this.#parts.assembler.openProtocol !== undefined
  }

  /** Reads on until a batch may be ready; false when the connection, or the reading of windows, has ended. */
  async read(stop: AbortSignal): Promise<boolean> {
    for (;;) {
      const step = await this.#step(stop)
      if (step !== 'taken') return step === 'ready'
    }
  }

  /** Nothing more is read: what was read and is not part of a batch is dropped. */
  close(): void {
    this.#isInsideAtEnd = this.isInsideWindow
    this.#isClosed = true
    this.#chunk = undefined
    this.#opened?.parts.close()
    this.#parts.memory.give(this.#chunkBytes + (this.#opened?.keptBytes ?? 0) + this.#parts.assembler.drop())
    // Otherwise the frame may still be being inflated.
    if (this.#opened === undefined) this.#decoder.freeAll()
    this.#opened = undefined
    this.#decoder = new FrameDecoder(this.#parts.limits)
    this.#chunkBytes = 0
  }

  async #step(stop: AbortSignal): Promise<Step> {
    if (this.#isInDebt) return await this.#payDebt()
    if (this.#chunk !== undefined) return await this.#takeChunk(this.#chunk)
    if (!this.#parts.turns.mayTake(this.#turnUnits)) return await this.#endTurn()
    if (this.#opened !== undefined) return await this.#readPart(this.#opened)
    return this.#takeFrames() ?? (await this.#readChunk(stop))
  }

  async #payDebt(): Promise<Step> {
    const step = await this.#parts.memory.take(0)
    if (step === 'taken') this.#isInDebt = false
    return step
  }

  async #takeChunk(chunk: Buffer): Promise<Step> {
    const step = await this.#parts.memory.take(chunk.length)
    if (step !== 'taken') return step
    this.#chunk = undefined
    this.#chunkBytes += chunk.length
    this.#decoder.push(chunk)
    return 'taken'
  }

  async #endTurn(): Promise<Step> {
    const hadNone = this.#turnUnits === 0
    this.#turnUnits = 0
    await this.#parts.turns.waitForShare({ hadNone })
    return this.#isClosed ? 'ended' : 'taken'
  }

  /** Takes the whole frames that have come, up to one for the workers or the end of the turn; undefined when there is none. */
  #takeFrames(): Step | undefined {
    let step: Step | undefined
    while (this.#parts.turns.mayTake(this.#turnUnits)) {
      const frame = this.#decoder.next()
      if (frame === undefined) break
      this.#pace.beginFrame()
      step = frame.type === 'window' ? this.#takeWindow(frame) : this.#takeEvents(frame)
      if (step !== 'ready') return step
    }
    this.#freeChunks()
    return step
  }

  #takeWindow(frame: WindowFrame): Step {
    this.#noteTaken({ events: 0, bytes: 0, isInflated: false })
    return this.#begin(frame) ? 'ready' : 'ended'
  }

  /** `taken` where the workers have to read it. */
  #takeEvents(frame: Exclude<Frame, WindowFrame>): Step {
    const { assembler, limits } = this.#parts
    assembler.expect(1)
    const events = frame.type === 'runs' ? undefined : takeTinyFrame(frame, { limits, maxEvents: assembler.missing })
    const bytes = events?.reduce((sum, { payload }) => sum + payload.length, 0) ?? MAX_TINY_BYTES
    const isInflated = frame.type === 'compressed' || frame.type === 'runs'
    this.#noteTaken({ events: events?.length ?? 0, bytes, isInflated })
    if (events === undefined || frame.type === 'runs') {
      this.#open(frame)
      return 'taken'
    }
    if (events.length === 0) this.#noteEmptyFrame()
    const heldBytes = bytes + events.length * EVENT_MEMORY_OVERHEAD_BYTES
    this.#borrow(heldBytes)
    assembler.add(events, bytesOf(frame), heldBytes)
    return 'ready'
  }

  #noteTaken(frame: Parameters<typeof unitsOf>[0]): void {
    const units = unitsOf(frame)
    this.#turnUnits += units
    this.#parts.turns.noteTaken(units)
  }

  #begin({ protocol, count }: WindowFrame): boolean {
    this.#pace.beginWindow()
    this.#emptyFrames = 0
    const isBegun = this.#parts.assembler.begin(protocol, count)
    if (isBegun) this.#parts.counts.windows++
    return isBegun
  }

  #borrow(bytes: number): void {
    this.#parts.memory.add(bytes)
    this.#isInDebt = true
  }

  /** Gives back the memory of chunks of which nothing is needed any more. */
  #freeChunks(): void {
    const neededBytes = this.#decoder.bufferedBytes + (this.#opened?.wireBytes ?? 0)
    if (this.#opened === undefined) this.#decoder.free()
    this.#parts.memory.give(this.#chunkBytes - neededBytes)
    this.#chunkBytes = neededBytes
  }

  async #readChunk(stop: AbortSignal): Promise<Step> {
    const { chunks, counts, assembler } = this.#parts
    const { isInsideWindow } = this
    if (assembler.isFinishing && !isInsideWindow) return 'ended'
    const silenceMs = this.#pace.silenceMs(isInsideWindow)
    const before = performance.now()
    const chunk = await chunks.read(stop, silenceMs)
    if (chunk === undefined) return this.#judgeSilence(stop, silenceMs)
    this.#pace.note(chunk.length, performance.now() - before, isInsideWindow)
    counts.bytes += chunk.length
    this.#chunk = chunk
    return 'taken'
  }

  /** A client that waits for an ack may be silent; one that has nothing to send is to connect again. */
  #judgeSilence(stop: AbortSignal, silenceMs: number): Step {
    if (this.#parts.chunks.hasEnded || stop.aborted) return 'ended'
    if (this.isInsideWindow) throw makeSilenceError(silenceMs)
    return this.#parts.isAckDue() ? 'taken' : 'ended'
  }

  #open(came: Exclude<Frame, WindowFrame>): void {
    const { assembler, limits, placeOf, rules, now, workers } = this.#parts
    const { missing: maxEvents, isHashed, nextPlace: firstSequence } = assembler
    const frame = came.type === 'runs' ? { ...came, firstSequence } : came
    const parts = workers.open({ frame, limits, maxEvents, nowMs: now(), isHashed, rules, place: placeOf() })
    const isRuns = frame.type === 'runs'
    if (isRuns) this.#parts.counts.ownFormFrames++
    this.#opened = {
      parts,
      isRuns,
      maxEvents,
      wireBytes: bytesOf(frame).length,
      keptBytes: 0,
      maxPartBytes: maxPartBytes(frame, limits),
      minPartBytes: PART_BYTES,
    }
  }

  /** No event of a compressed frame is taken before all are known to be well formed. */
  async #readPart(opened: Opened): Promise<Step> {
    const { memory, assembler } = this.#parts
    const { parts, isRuns, minPartBytes: minBytes, maxPartBytes: maxBytes, maxEvents } = opened
    const part = await memory.hold({ minBytes, maxBytes }, async grantedBytes => {
      const next = await parts.next(grantedBytes)
      // It has large events: to try again for each of them would cost more than it saves.
      if (next === undefined) opened.minPartBytes = maxBytes
      if (!this.#isClosed) this.#keep(opened, next?.keptBytes ?? 0)
      return next && { ...next, byteCount: next.events.bytes.length }
    })
    if (part === 'ready' || part === 'ended') return part
    if (this.#isClosed) return 'ended'
    if (part.isLast) {
      this.#opened = undefined
      this.#freeChunks()
    }
    if (part.total > maxEvents) assembler.expect(part.total)
    if (isRuns) this.#parts.counts.ownFormEvents += part.sequences.length
    if (part.total === 0) this.#noteEmptyFrame()
    this.#addPart(part, part.byteCount)
    return 'ready'
  }

  #noteEmptyFrame(): void {
    if (++this.#emptyFrames <= MAX_EMPTY_FRAMES) return
    const message = `a window has more than ${MAX_EMPTY_FRAMES} compressed frames without events`
    throw new ProtocolError('empty_frames', message)
  }

  /** Without waiting for room: a thread keeps a frame only until its next part, and little of it. */
  #keep(opened: Opened, keptBytes: number): void {
    const { memory } = this.#parts
    if (keptBytes > opened.keptBytes) memory.add(keptBytes - opened.keptBytes)
    else memory.give(opened.keptBytes - keptBytes)
    opened.keptBytes = keptBytes
  }

  #addPart(part: FramePart, byteCount: number): void {
    const overheadBytes = part.sequences.length * EVENT_MEMORY_OVERHEAD_BYTES
    this.#borrow(overheadBytes)
    this.#parts.assembler.addPart(part, byteCount + overheadBytes)
  }
}

/** JSON takes at most six bytes for one. */
function maxPartBytes(frame: WireFrame, { eventBytes, inflatedBytes }: ResolvedLimits): number {
  return Math.min(eventBytes, 6 * boundBytes(frame, inflatedBytes)) + MAX_ADDED_BYTES
}

function boundBytes(frame: WireFrame, inflatedBytes: number): number {
  if (frame.type === 'compressed') return maxInflatedBytes(frame.deflated.length, inflatedBytes)
  return frame.type === 'runs' ? Math.min(MAX_RUNS_BYTES, inflatedBytes) : frame.payload.length
}

function makeSilenceError(silenceMs: number): ProtocolError {
  return new ProtocolError('silent', `the client began a frame or a window and then sent nothing for ${silenceMs} ms`)
}
