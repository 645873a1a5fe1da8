import { LINE_CUT, LINE_UNTERMINATED, type Utf16Order } from '../../flow/line-batch.ts'
import { Pieces, type Cut, type Cutting } from './line-splitter.ts'

const UNIT_BYTES = 2
const LINE_FEED = { le: Buffer.from('\n', 'utf16le'), be: Buffer.from('\n', 'utf16le').swap16() }
const CR = 13

/** As `cutLines`, for units of two bytes: `maxLineBytes` is rounded down to whole ones, and no surrogate pair is split. */
export function cutUtf16Lines(bytes: Buffer, order: Utf16Order, cutting: Cutting): Cut {
  const pieces = new Pieces(cutting.maxLines, cutting.startsInsideLine)
  const maxBytes = cutting.maxLineBytes - (cutting.maxLineBytes % UNIT_BYTES)
  let start = 0
  while (start < bytes.length && !pieces.isFull) {
    const newline = findLineFeed(bytes, order, start)
    const end = newline === -1 ? bytes.length : newline
    const hasReturn = newline > start && unitAt(bytes, order, newline - UNIT_BYTES) === CR
    const isLong = (hasReturn ? end - UNIT_BYTES : end) - start > maxBytes
    // A CR as the last unit so far may be half of a terminator: such a line is not known to be too long.
    if (isLong && (newline !== -1 || cutting.tail !== 'open' || end - start > maxBytes + UNIT_BYTES)) {
      start = pieces.add(findCut(bytes, order, start + maxBytes), LINE_CUT)
      continue
    }
    if (newline === -1 && cutting.tail === 'open') break
    if (newline !== -1) start = pieces.add(newline + UNIT_BYTES, 0)
    else start = pieces.add(end, cutting.tail === 'cut' ? LINE_CUT : LINE_UNTERMINATED)
  }
  return pieces.finish()
}

/** True where the last unit is a line feed. */
export function endsWithLineFeed(bytes: Buffer, order: Utf16Order): boolean {
  return bytes.subarray(-UNIT_BYTES).equals(LINE_FEED[order])
}

/** Behind the last line feed; 0 where there is none. */
export function findLastUtf16LineEnd(bytes: Buffer, order: Utf16Order): number {
  let at = bytes.lastIndexOf(LINE_FEED[order])
  while (at % UNIT_BYTES === 1) at = bytes.lastIndexOf(LINE_FEED[order], at - 1)
  return at === -1 ? 0 : at + UNIT_BYTES
}

/** The two bytes of a line feed can also be halves of two other units. */
function findLineFeed(bytes: Buffer, order: Utf16Order, start: number): number {
  let at = bytes.indexOf(LINE_FEED[order], start)
  while (at % UNIT_BYTES === 1) at = bytes.indexOf(LINE_FEED[order], at + 1)
  return at
}

function unitAt(bytes: Buffer, order: Utf16Order, position: number): number {
  return order === 'le' ? bytes.readUInt16LE(position) : bytes.readUInt16BE(position)
}

/** `position`, or the place before it where a surrogate pair would be split. */
function findCut(bytes: Buffer, order: Utf16Order, position: number): number {
  // The last byte of a file can be half of a unit.
  const isPair =
    position + UNIT_BYTES <= bytes.length &&
    isSurrogate(unitAt(bytes, order, position), 0xdc00) &&
    isSurrogate(unitAt(bytes, order, position - UNIT_BYTES), 0xd800)
  return isPair ? position - UNIT_BYTES : position
}

function isSurrogate(unit: number, first: number): boolean {
  return (unit & 0xfc00) === first
}
