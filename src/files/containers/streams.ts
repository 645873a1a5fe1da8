import { LINE_CONTINUED, LINE_CUT, LINE_DAMAGED, LINE_INVALID, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import type { ContainerFormat, ContainerLine, ReadContainerLine, StreamName } from './container-line.ts'
import { readCriLine } from './cri-line.ts'
import { readDockerLine } from './docker-line.ts'
import type { StreamKey, StreamState } from './container-records.ts'
import { type StreamRecords, StreamText } from './stream-text.ts'

/** What is in some lines of a file. */
export interface ReadStreams {
  readonly streams: readonly ReadStream[]
  /** The streams of lines that were cut, by the numbers of their pieces. */
  readonly insides: ReadonlyMap<number, StreamKey>
}

export interface ReadStream extends StreamRecords {
  readonly key: StreamKey
  /** For each record the number of those that a rule left out, 0 for one that is sent; absent where none is left out. */
  readonly left?: Uint32Array | undefined
}

export interface StreamsOptions {
  readonly format: ContainerFormat
  /** The longest text of a record. */
  readonly maxLineBytes: number
  /** Position in the file of the first byte. */
  readonly offset: number
  readonly startsInsideLine: boolean
  readonly state: StreamState
}

/** A line as it is in the bytes. */
export interface FileLine {
  readonly index: number
  readonly start: number
  /** Of its text. */
  readonly end: number
  /** LINE_* bits. */
  readonly flags: number
}

interface Stream {
  readonly key: StreamKey
  readonly text: StreamText
}

const READERS: Readonly<Record<ContainerFormat, ReadContainerLine>> = { cri: readCriLine, docker: readDockerLine }

/** The records of all streams of some lines. */
export class Streams {
  readonly #options: StreamsOptions
  readonly #read: ReadContainerLine
  readonly #streams: Stream[] = []
  /** The streams of lines that were cut, by the numbers of their pieces. */
  readonly #insides = new Map<number, StreamKey>()
  #inside: StreamKey | undefined

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#read = READERS[options.format]
    this.#inside = options.startsInsideLine ? options.state.inside : undefined
    for (const key of options.state.cut) this.#add(key, true)
  }

  add(bytes: Buffer, { index, start, end, flags }: FileLine): void {
    const isCut = (flags & LINE_CUT) !== 0
    const isRest = (flags & LINE_CONTINUED) !== 0
    const read = isRest ? undefined : this.#read(bytes, start, end)
    const key = isRest ? this.#inside : read
    this.#noteInside(index, isCut ? key : undefined)
    const at = this.#options.offset + start
    const raw = { index, at, source: bytes, start, end, textAt: at, time: undefined }
    const own = flags & LINE_UNTERMINATED
    if (key === undefined) this.#textOf(undefined).add({ ...raw, isPartial: false, flags: flags | LINE_DAMAGED })
    else if (read === undefined) this.#textOf(key.stream, key.attributes).add({ ...raw, isPartial: isCut, flags: own })
    else
      this.#textOf(read.stream, read.attributes).add({
        index,
        at,
        source: read.source,
        start: read.start,
        end: read.end,
        textAt: read.source === bytes ? at + read.start - start : undefined,
        time: read.time,
        isPartial: read.isPartial || isCut,
        flags: read.isInvalid === true ? own | LINE_INVALID : own,
      })
  }

  closeAll(as: 'cut' | 'unterminated'): void {
    for (const { text } of this.#streams) text.close(as)
  }

  finish(): ReadStreams {
    return { streams: this.#streams.map(({ key, text }) => ({ key, ...text.finish() })), insides: this.#insides }
  }

  #noteInside(index: number, key: StreamKey | ContainerLine | undefined): void {
    this.#inside = key && { stream: key.stream, attributes: key.attributes }
    if (this.#inside !== undefined) this.#insides.set(index, this.#inside)
  }

  /** There are few of them. */
  #textOf(name: StreamName | undefined, attributes?: string): StreamText {
    for (const { key, text } of this.#streams) if (key.stream === name && key.attributes === attributes) return text
    return this.#add({ stream: name, attributes }, false)
  }

  #add(key: StreamKey, isContinued: boolean): StreamText {
    const text = new StreamText(this.#options.maxLineBytes, isContinued)
    this.#streams.push({ key, text })
    return text
  }
}
