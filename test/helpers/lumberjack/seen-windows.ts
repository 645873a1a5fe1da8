import type { Socket } from 'node:net'
import { inflateSync } from 'node:zlib'
import { eventOf, readRunsFrame } from './runs.ts'

/** One event of a window, as far as a test wants to look. */
export interface SeenEvent {
  readonly sequence: number
  /** The payload of a J frame, parsed; the pairs of a D frame. */
  readonly fields: Record<string, unknown>
}

export interface SeenWindow {
  readonly version: 1 | 2
  readonly count: number
  readonly events: readonly SeenEvent[]
  readonly isCompressed: boolean
  /** Of our own wire form: how many made the window. */
  readonly runFrames: number
}

/** The lines of a window. */
export function messagesOf(window: SeenWindow | undefined): unknown[] {
  return (window?.events ?? []).map(({ fields }) => fields['message'] ?? fields['line'])
}

/** The lines of many windows, in the order of their text. */
export function sortedMessagesOf(windows: readonly SeenWindow[]): string[] {
  return windows.flatMap(messagesOf).map(String).toSorted()
}

/** `@metadata` of each of its events. */
export function metadataOf(window: SeenWindow | undefined): { readonly _id: string; readonly doubtful?: number }[] {
  return (window?.events ?? []).map(({ fields }) => fields['@metadata'] as { _id: string })
}

/** Undefined when the client has gone before the window was whole. */
export async function readWindow(bytes: ByteSource): Promise<SeenWindow | undefined> {
  const header = await bytes.take(6)
  if (header === undefined) return undefined
  const version = header[0] === 0x31 ? 1 : 2
  if (header[1] !== 0x57) throw new Error(`a window frame was expected, not ${header.toString('hex')}`)
  const count = header.readUInt32BE(2)
  const first = await bytes.take(6)
  if (first === undefined) return undefined
  const seen = { version, count, isCompressed: first[1] !== 0x4a, runFrames: 0 } as const
  if (first[1] === 0x52) return readRunWindow(bytes, first, seen)
  if (first[1] !== 0x43) return { ...seen, isCompressed: false, events: await readBare(bytes, first, count) }
  const body = await bytes.take(first.readUInt32BE(2))
  if (body === undefined) return undefined
  return { ...seen, events: parseFrames(inflateSync(body)) }
}

/** R frames until there are as many events as were announced; `first` is the start of the first one. */
async function readRunWindow(
  bytes: ByteSource,
  first: Buffer,
  seen: Omit<SeenWindow, 'events'>,
): Promise<SeenWindow | undefined> {
  const events: SeenEvent[] = []
  let runFrames = 0
  for (let head: Buffer | undefined = first; head !== undefined; head = await bytes.take(6)) {
    const body = await bytes.take(head.readUInt32BE(2))
    if (body === undefined) return undefined
    for (const record of readRunsFrame(body)) events.push({ sequence: events.length + 1, fields: eventOf(record) })
    runFrames++
    if (events.length >= seen.count) return { ...seen, runFrames, events }
  }
  return undefined
}

/** Bare J frames; `start` is the first six bytes of the first one. */
async function readBare(bytes: ByteSource, start: Buffer, count: number): Promise<SeenEvent[]> {
  const events: SeenEvent[] = []
  let head: Buffer | undefined = start
  while (events.length < count && head !== undefined) {
    const length = (await bytes.take(4)) ?? Buffer.alloc(4)
    const payload = (await bytes.take(length.readUInt32BE())) ?? Buffer.from('{}')
    events.push({ sequence: head.readUInt32BE(2), fields: JSON.parse(payload.toString()) })
    if (events.length < count) head = await bytes.take(6)
  }
  return events
}

function parseFrames(frames: Buffer): SeenEvent[] {
  const events: SeenEvent[] = []
  for (let at = 0; at < frames.length;) {
    const sequence = frames.readUInt32BE(at + 2)
    const size = frames.readUInt32BE(at + 6)
    const parse = frames[at + 1] === 0x44 ? parsePairs : parseDocument
    const { fields, end } = parse(frames, at + 10, size)
    events.push({ sequence, fields })
    at = end
  }
  return events
}

interface Parsed {
  readonly fields: SeenEvent['fields']
  readonly end: number
}

function parseDocument(frames: Buffer, start: number, byteCount: number): Parsed {
  const end = start + byteCount
  return { fields: JSON.parse(frames.subarray(start, end).toString()), end }
}

function parsePairs(frames: Buffer, start: number, pairCount: number): Parsed {
  const fields: Record<string, unknown> = {}
  let at = start
  for (let pair = 0; pair < pairCount; pair++) {
    const key = frames.subarray(at + 4, (at += 4 + frames.readUInt32BE(at))).toString()
    fields[key] = frames.subarray(at + 4, (at += 4 + frames.readUInt32BE(at))).toString()
  }
  return { fields, end: at }
}

/** Exact numbers of bytes out of a socket. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Buffer>
  #rest: Buffer = Buffer.alloc(0)

  constructor(socket: Socket) {
    this.#chunks = socket[Symbol.asyncIterator]()
  }

  async take(count: number): Promise<Buffer | undefined> {
    while (this.#rest.length < count) {
      const next = await this.#chunks.next().catch(() => ({ done: true, value: undefined })) // reset: the client has gone
      if (next.done || next.value === undefined) return undefined
      this.#rest = Buffer.concat([this.#rest, next.value])
    }
    const taken = this.#rest.subarray(0, count)
    this.#rest = this.#rest.subarray(count)
    return taken
  }
}
