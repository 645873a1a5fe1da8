import type { ContainerFormat } from '../../containers/container-line.ts'
import { readCriLine } from '../../containers/cri-line.ts'
import { readDockerLine } from '../../containers/docker-line.ts'
import { readFormat, writeFormat } from '../../containers/file-format.ts'
import { readStreams, takeRange } from '../../containers/unwrap.ts'
import { textFormOf } from '../../file-form.ts'
import type { Chunk } from '../chunk.ts'
import { cutChunkLines, textOf } from './chunk-lines.ts'
import type { KnownFormats, LineLooks } from './known-formats.ts'
import { makeLineTexts } from './line-texts.ts'

/** The format of a file is found by as many lines; each read finds it again until it is known. */
export const MAX_FIRST_LINES = 20

interface FirstLine {
  readonly offset: number
  readonly bytes: Buffer
  readonly text: string
}

/** The first lines of a file, as far as they are read, and the format that they show. */
export class FirstLines {
  readonly #formats: KnownFormats | undefined
  /** Those before it were looked at. */
  #takenTo = 0
  #count = 0
  readonly #counts = { cri: 0, docker: 0 }
  #looks: LineLooks | undefined
  #container: ContainerFormat | undefined

  constructor(formats: KnownFormats | undefined) {
    this.#formats = formats
    this.#looks = formats?.startLooks()
  }

  /** The format of the file of the chunk; undefined while its lines show none, and more are to come. */
  take(chunk: Chunk): string | undefined {
    const { file } = chunk
    const container = readFormat(file.format).container ?? this.#findContainer(chunk)
    if (container !== undefined) this.#takeRecords(chunk, container)
    const name = this.#looks?.decide([file.listedPath, file.realPath])
    const isEnough = this.#count >= MAX_FIRST_LINES || (container !== undefined && this.#formats === undefined)
    return name !== undefined || isEnough ? writeFormat({ container, name }) : container
  }

  /** At least the half of the lines have its format, so that a damaged one decides nothing. */
  #findContainer(chunk: Chunk): ContainerFormat | undefined {
    for (const { bytes, text } of this.#takeNew(linesOf(chunk, this.#count + MAX_FIRST_LINES))) {
      if (readCriLine(bytes, 0, bytes.length) !== undefined) this.#counts.cri++
      else if (readDockerLine(bytes, 0, bytes.length) !== undefined) this.#counts.docker++
      this.#looks?.add(text)
    }
    const { cri, docker } = this.#counts
    const most = Math.max(cri, docker)
    if (most === 0 || most * 2 < this.#count) return undefined
    return cri === most ? 'cri' : 'docker'
  }

  /** The text of wrapped lines is looked at, and none of the lines themselves. */
  #takeRecords(chunk: Chunk, container: ContainerFormat): void {
    if (container !== this.#container) {
      this.#container = container
      this.#looks = this.#formats?.startLooks()
      this.#count = 0
      this.#takenTo = 0
    }
    if (this.#looks === undefined) return
    for (const { text } of this.#takeNew(recordsOf(chunk, container))) this.#looks.add(text)
  }

  #takeNew(lines: readonly FirstLine[]): readonly FirstLine[] {
    const fresh = lines.filter(({ offset }) => offset >= this.#takenTo).slice(0, MAX_FIRST_LINES - this.#count)
    this.#count += fresh.length
    this.#takenTo = (fresh.at(-1)?.offset ?? this.#takenTo - 1) + 1
    return fresh
  }
}

function linesOf(chunk: Chunk, maxLines: number): readonly FirstLine[] {
  const { file } = chunk
  const bytes = textOf(chunk)
  const { ends } = cutChunkLines(chunk, maxLines)
  const textAt = makeLineTexts(bytes.subarray(0, ends.at(-1) ?? 0), textFormOf(file) ?? { utf16: file.reading.utf16 })
  return Array.from(ends, (end, i) => {
    const start = ends[i - 1] ?? 0
    const line = bytes.subarray(start, bytes[end - 1] === LF ? end - 1 : end)
    return { offset: file.position + start, bytes: line, text: textAt(start, end) }
  })
}

const LF = 0x0a

/** In their order, up to a place where none is open. */
function recordsOf(chunk: Chunk, format: ContainerFormat): readonly FirstLine[] {
  const { reading, group, position: offset } = chunk.file
  const { streams: state, isInsideLine: startsInsideLine } = reading
  const { maxLineBytes } = group
  const limits = { maxLines: 2 * MAX_FIRST_LINES, maxBytes: Infinity }
  const unwrapping = { format, maxLineBytes, offset, startsInsideLine, state, tail: 'open', ...limits } as const
  const { streams } = takeRange(readStreams(textOf(chunk), unwrapping), unwrapping)
  return streams
    .filter(({ key }) => key.stream !== undefined)
    .flatMap(({ lines }) => {
      const textAt = makeLineTexts(lines.bytes)
      return Array.from(lines.ends, (end, i) => {
        const start = lines.ends[i - 1] ?? 0
        return { offset: lines.offsets?.[i] ?? 0, bytes: lines.bytes.subarray(start, end), text: textAt(start, end) }
      })
    })
    .toSorted((one, other) => one.offset - other.offset)
}
