import { LINE_CONTINUED, LINE_CUT, LINE_DAMAGED, LINE_INVALID, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import type { ContainerFormat, ContainerLine, ReadContainerLine, StreamName } from './container-line.ts'
import { CriHeader, readCriLine } from './cri-line.ts'
import { readDockerLine } from './docker-line.ts'
import type { StreamKey, StreamState } from './container-records.ts'
import type { Cut } from '../read/line-splitter.ts'
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

const NO_TERMINATOR = LINE_CUT | LINE_UNTERMINATED
const NOTHING = { records: 0, bytes: 0 }

interface Stream {
  readonly key: StreamKey
  readonly text: StreamText
}

const READERS: Readonly<Record<ContainerFormat, ReadContainerLine>> = { cri: readCriLine, docker: readDockerLine }

/** The header of the line that is read, and where the line is. */
class PlacedHeader extends CriHeader {
  index = 0
  at = 0
  end = 0
}

const header = new PlacedHeader()

/** The records of all streams of some lines. */
export class Streams {
  readonly #options: StreamsOptions
  readonly #read: ReadContainerLine
  readonly #streams: Stream[] = []
  /** The streams of lines that were cut, by the numbers of their pieces. */
  readonly #insides = new Map<number, StreamKey>()
  #inside: StreamKey | undefined
  #expected = NOTHING

  constructor(options: StreamsOptions) {
    this.#options = options
    this.#read = READERS[options.format]
    this.#inside = options.startsInsideLine ? options.state.inside : undefined
    for (const key of options.state.cut) this.#begin(key, true)
  }

  /** `ends` and `flags` of the lines in `bytes`. */
  addLines(bytes: Buffer, { ends, flags: all }: Pick<Cut, 'ends' | 'flags'>): void {
    this.#expected = { records: ends.length, bytes: bytes.length }
    const isCri = this.#options.format === 'cri'
    let start = 0
    for (let index = 0; index < ends.length; index++) {
      const end = ends[index]!
      const flags = all?.[index] ?? 0
      const isWhole = isCri && flags === 0 && this.#addWhole(bytes, { index, start, end: end - 1 })
      if (!isWhole) this.#add(bytes, { index, start, end: (flags & NO_TERMINATOR) === 0 ? end - 1 : end, flags })
      start = end
    }
  }

  /** Most lines are a record each. False for another one. */
  #addWhole(bytes: Buffer, { index, start, end }: Omit<FileLine, 'flags'>): boolean {
    if (!header.readHeader(bytes, start, end) || header.isPartial) return false
    const text = this.#textOf(header.stream)
    if (!text.takesWhole(end - header.textStart)) return false
    header.index = index
    header.at = this.#options.offset + start
    header.end = end
    text.addWhole(bytes, header)
    this.#inside = undefined
    return true
  }

  #add(bytes: Buffer, { index, start, end, flags }: FileLine): void {
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
    return this.#begin({ stream: name, attributes }, false)
  }

  #begin(key: StreamKey, isContinued: boolean): StreamText {
    const text = new StreamText({ maxBytes: this.#options.maxLineBytes, isContinued, expected: this.#expected })
    this.#streams.push({ key, text })
    return text
  }
}
