import { LINE_CUT, LINE_UNTERMINATED } from '../../flow/line-batch.ts'
import { type Cut, cutLines, type Cutting, LF, Pieces } from '../read/line-splitter.ts'
import { encodeDelimiter } from '../../encodings/delimiter-bytes.ts'
import { makeAlphabet, type Alphabet } from './alphabet.ts'
import type { TextForm } from '../../encodings/text-form.ts'

/** Cuts the bytes of a file into lines, as `cutLines` does, for one encoding and delimiter. */
export interface LineCutter {
  /** The bytes of a unit, at which all positions are. */
  readonly unitBytes: 1 | 2
  readonly terminator: Buffer
  /** A CR before the terminator belongs to it. */
  readonly stripsReturn: boolean
  readonly cut: (bytes: Buffer, cutting: Cutting) => Cut
  /** The last bytes of some lines end a line. */
  readonly endsLine: (bytes: Buffer) => boolean
  /** Behind the last terminator; 0 where there is none. */
  readonly findLastEnd: (bytes: Buffer) => number
}

interface Rules extends Pick<LineCutter, 'unitBytes' | 'terminator' | 'stripsReturn'> {
  readonly alphabet: Alphabet
  /** Whether a line is too long is known once this many bytes more than its text are read. */
  readonly slackBytes: number
}

const cutters = new Map<string, LineCutter>()

/** Made once for each form. The delimiter must be one that the encoding can have. */
export function findLineCutter(form: TextForm): LineCutter {
  const key = `${form.encoding} ${form.delimiter}`
  const known = cutters.get(key)
  if (known !== undefined) return known
  const cutter = makeLineCutter(form)
  cutters.set(key, cutter)
  return cutter
}

function makeLineCutter(form: TextForm): LineCutter {
  const alphabet = makeAlphabet(form.encoding)
  const terminator = encodeDelimiter(form)
  if (terminator === undefined) throw new TypeError(`a delimiter is not one of ${form.encoding}`)
  const { unitBytes } = alphabet
  const stripsReturn = form.delimiter === '\n'
  const slackBytes = terminator.length - unitBytes + (stripsReturn ? unitBytes : 0)
  const rules = { alphabet, unitBytes, terminator, stripsReturn, slackBytes }
  const isPlain = form.encoding === 'utf-8' && stripsReturn
  return {
    unitBytes,
    terminator,
    stripsReturn,
    cut: isPlain ? cutLines : (bytes, cutting) => cutByRules(bytes, rules, cutting),
    endsLine: bytes => (isPlain ? bytes.at(-1) === LF : endsLine(bytes, rules)),
    findLastEnd: bytes => (isPlain ? bytes.lastIndexOf(LF) + 1 : findLastEnd(bytes, rules)),
  }
}

function cutByRules(bytes: Buffer, rules: Rules, cutting: Cutting): Cut {
  const { alphabet, unitBytes, terminator, slackBytes } = rules
  const pieces = new Pieces(cutting.maxLines, cutting.startsInsideLine)
  const maxBytes = cutting.maxLineBytes - (cutting.maxLineBytes % unitBytes)
  let start = 0
  while (start < bytes.length && !pieces.isFull) {
    const found = alphabet.find(bytes, terminator, start)
    const end = found === -1 ? bytes.length : found
    const textEnd = found === -1 ? end : findTextEnd(bytes, { start, end }, rules)
    const isLong = textEnd - start > maxBytes
    // The last bytes so far may be the first of a terminator: such a line is not known to be too long.
    if (isLong && (found !== -1 || cutting.tail !== 'open' || end - start > maxBytes + slackBytes)) {
      start = pieces.add(alphabet.findCut(bytes, { start, position: start + maxBytes }), LINE_CUT)
      continue
    }
    if (found === -1 && cutting.tail === 'open') break
    if (found !== -1) start = pieces.add(found + terminator.length, 0)
    else start = pieces.add(end, cutting.tail === 'cut' ? LINE_CUT : LINE_UNTERMINATED)
  }
  return pieces.finish()
}

export interface Span {
  readonly start: number
  /** Of the text and a CR that may belong to the terminator. */
  readonly end: number
}

/** The end of a line's text, whose terminator begins at `end`. */
export function findTextEnd(
  bytes: Buffer,
  { start, end }: Span,
  { unitBytes, terminator, stripsReturn }: Pick<LineCutter, 'unitBytes' | 'terminator' | 'stripsReturn'>,
): number {
  if (!stripsReturn || end - unitBytes < start) return end
  return isReturn(bytes.subarray(end - unitBytes, end), terminator) ? end - unitBytes : end
}

/** `feed` is a line feed in the same encoding. */
function isReturn(unit: Buffer, feed: Buffer): boolean {
  return unit.every((byte, i) => byte === (feed[i] === LF ? 0x0d : 0))
}

function endsLine(bytes: Buffer, { alphabet, terminator }: Rules): boolean {
  const at = bytes.length - terminator.length
  if (at < 0 || !bytes.subarray(at).equals(terminator)) return false
  return alphabet.unitBytes === 2 || alphabet.isCharacter(bytes, at)
}

function findLastEnd(bytes: Buffer, { alphabet, terminator }: Rules): number {
  let at = bytes.lastIndexOf(terminator)
  while (at !== -1 && !alphabet.isCharacter(bytes, at)) at = at === 0 ? -1 : bytes.lastIndexOf(terminator, at - 1)
  return at === -1 ? 0 : at + terminator.length
}
