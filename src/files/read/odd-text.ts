import { isUtf8 } from 'node:buffer'
import { Once } from '../../flow/log-once.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Utf16Order } from '../../flow/line-batch.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { orderOf, readByteOrderMark } from './byte-order-mark.ts'
import { LF } from './line-splitter.ts'
import { countLeadingNuls } from '../look/nuls.ts'

/** Bytes that are looked at of a generation each time that it was opened. */
const INSPECTED_BYTES = 64 * 1024
/** Bytes of a line that are searched for other separators than LF. */
const SEARCHED_BYTES = 4096
const MIN_RECORDS = 3
/** Of the characters of a text in the Latin alphabet, nearly all have a NUL as one of their two bytes. */
const UTF16_SHARE = 0.4

const OTHER = 'another encoding, such as ISO 8859-1 or Windows-1252, or binary data'

/** Logs once for each path that its text is not what it is taken for. Each method is called once a turn at most. */
export class OddText {
  readonly #log: Log
  readonly #once = new Once()

  constructor(log: Log) {
    this.#log = log
  }

  /** `lines` are the next that are taken from the file. */
  inspectLines(file: TrackedFile, lines: Buffer): void {
    if (file.reading.inspectedBytes >= INSPECTED_BYTES) return
    file.reading.noteInspected(lines.length)
    const looksLike = describeEncoding({ position: file.position, utf16: file.reading.utf16 }, lines)
    if (looksLike === undefined || !this.#once.isNew(file.path, 'encoding')) return
    const remedy = 'convert it to UTF-8, or let its writer write UTF-8; iconv can feed standard input (the path "-")'
    this.#log.warn({ path: file.path, looksLike, remedy }, 'a file is not UTF-8; it is sent as if it were')
  }

  /** `text` is the beginning of a file, and has no line feed. */
  inspectSeparators(file: TrackedFile, text: Buffer): void {
    const separator = file.reading.utf16 === undefined ? findSeparator(text) : undefined
    if (separator === undefined || !this.#once.isNew(file.path, 'separator')) return
    const remedy = `let its writer end records with a line feed, or let tr '${separator.escape}' '\\n' feed standard input (the path "-")`
    this.#log.warn({ path: file.path, separator: separator.name, remedy }, 'the records of a file do not end with LF')
  }
}

/** What is wrong with the first bytes of a file, if anything is. */
export function describeHead(head: Buffer): string | undefined {
  const { length, encoding } = readByteOrderMark(head)
  const position = length === 0 ? countLeadingNuls(head) : length
  const lines = head.subarray(position, head.lastIndexOf(LF) + 1)
  const utf16 = orderOf(encoding)
  const looksLike = lines.length === 0 ? undefined : describeEncoding({ position, utf16 }, lines)
  if (looksLike !== undefined) return `it is not UTF-8, but looks like ${looksLike}`
  const separator = utf16 === undefined ? findSeparator(head.subarray(position)) : undefined
  return separator && `its records end with ${separator.name}, not with LF`
}

function describeEncoding({ position, utf16 }: Place, lines: Buffer): string | undefined {
  if (lines.length < 2) return isUtf8(lines) ? undefined : OTHER
  if (position === 2 && utf16 === 'le' && lines.readUInt16LE() === 0) return 'UTF-32 (little endian)'
  if (utf16 !== undefined) return undefined
  if (position === 2 && lines.readUInt16BE() === 0xfeff) return 'UTF-32 (big endian)'
  const order = lines.includes(0) ? guessUtf16(position, lines.subarray(0, SEARCHED_BYTES)) : undefined
  if (order !== undefined) return `UTF-16 (${order} endian) without a byte order mark`
  return isUtf8(lines) ? undefined : OTHER
}

/** `position` is that of the first byte in the file. */
function guessUtf16(position: number, bytes: Buffer): 'little' | 'big' | undefined {
  const counts: [number, number] = [0, 0]
  for (const [index, byte] of bytes.entries()) if (byte === 0) counts[(position + index) % 2 === 0 ? 0 : 1]++
  const [even, odd] = counts.map(count => count / bytes.length) as [number, number]
  if (odd > UTF16_SHARE && even < UTF16_SHARE / 4) return 'little'
  return even > UTF16_SHARE && odd < UTF16_SHARE / 4 ? 'big' : undefined
}

interface Place {
  /** Of the first byte in the file. */
  readonly position: number
  readonly utf16?: Utf16Order | undefined
}

interface Separator {
  readonly name: 'CR' | 'NUL'
  /** As `tr` takes it. */
  readonly escape: string
}

function findSeparator(text: Buffer): Separator | undefined {
  const start = text.toString('latin1', 0, SEARCHED_BYTES)
  if (start.includes('\n')) return undefined
  if (countRecords(start, '\r') >= MIN_RECORDS) return { name: 'CR', escape: '\\r' }
  return countRecords(start, '\0') >= MIN_RECORDS ? { name: 'NUL', escape: '\\0' } : undefined
}

/** Separators without a record between them are a hole, or padding. */
function countRecords(text: string, separator: string): number {
  return text.split(separator).filter(record => record !== '').length
}
