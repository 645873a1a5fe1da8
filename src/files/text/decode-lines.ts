import { isAscii } from 'node:buffer'
import { LINE_CUT, LINE_INVALID, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import type { Cut } from '../read/line-splitter.ts'
import { findLineCutter, findTextEnd, type LineCutter } from './line-cutter.ts'
import { type DecodeText, hasShifts, makeLineDecoder, makeStrictDecoder } from './line-text.ts'
import type { TextForm } from '../../encodings/text-form.ts'
import { type MadeLines, TextLines } from './text-lines.ts'

/** Lines as they are in their file. */
export interface FileLines extends Pick<Cut, 'ends' | 'flags'> {
  readonly bytes: Buffer
  /** Of the first byte. */
  readonly offset: number
}

/** Makes UTF-8 that ends with LF of lines of one form. */
export type LineDecoder = (lines: FileLines) => MadeLines

const LF = 0x0a
const decoders = new Map<string, LineDecoder | 'none'>()

/** Undefined where the encoder of events takes the lines as they are: UTF-8 that ends with LF. */
export function findLineDecoder(form: TextForm): LineDecoder | undefined {
  const key = `${form.encoding} ${form.delimiter}`
  const decoder = decoders.get(key) ?? makeDecoder(form) ?? 'none'
  decoders.set(key, decoder)
  return decoder === 'none' ? undefined : decoder
}

function makeDecoder(form: TextForm): LineDecoder | undefined {
  const { encoding, delimiter } = form
  const hasLineFeeds = delimiter === '\n'
  if (hasLineFeeds && encoding === 'utf-8') return undefined
  const cutter = findLineCutter(form)
  const decodeLine = makeLineDecoder(encoding)
  const decodeOneByOne = (lines: FileLines) => decodeEach(lines, cutter, decodeLine)
  if (!hasLineFeeds) return decodeOneByOne
  const decodeAll = makeStrictDecoder(encoding)
  return lines => {
    if (isAscii(lines.bytes) && !hasShifts(encoding, lines.bytes)) return lines as MadeLines
    const isWhole = lines.flags === undefined && encoding !== 'iso-2022-jp'
    const text = isWhole ? decodeAll(lines.bytes) : undefined
    return (text !== undefined && decodeTogether(lines, Buffer.from(text))) || decodeOneByOne(lines)
  }
}

/** One call for all lines; undefined unless each line feed is still one, and there are no others. */
function decodeTogether({ bytes, ends, offset }: FileLines, text: Buffer): MadeLines | undefined {
  const madeEnds = new Uint32Array(ends.length)
  const offsets = new Float64Array(ends.length)
  let at = 0
  for (let i = 0; i < ends.length; i++) {
    at = text.indexOf(LF, at) + 1
    if (at === 0) return undefined
    madeEnds[i] = at
    offsets[i] = offset + (ends[i - 1] ?? 0)
  }
  return at === text.length && bytes.length > 0 ? { offset, offsets, bytes: text, ends: madeEnds } : undefined
}

function decodeEach({ bytes, ends, flags, offset }: FileLines, cutter: LineCutter, decode: DecodeText): MadeLines {
  const made = new TextLines(bytes.length + ends.length, ends.length)
  let start = 0
  for (let i = 0; i < ends.length; i++) {
    const own = flags?.[i] ?? 0
    const hasTerminator = (own & (LINE_CUT | LINE_UNTERMINATED)) === 0
    const end = ends[i]! - (hasTerminator ? cutter.terminator.length : 0)
    const textEnd = hasTerminator ? findTextEnd(bytes, { start, end }, cutter) : end
    const { bytes: text, isValid } = decode(bytes.subarray(start, textEnd))
    made.add({ text, offset: offset + start, flags: isValid ? own : own | LINE_INVALID })
    start = ends[i]!
  }
  return made.finish()
}
