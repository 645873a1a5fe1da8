import { isAscii } from 'node:buffer'
import type { Utf16Order } from '../../../flow/line-batch.ts'
import { findLineCutter } from '../../text/line-cutter.ts'
import { makeLineDecoder } from '../../text/line-text.ts'
import type { TextForm } from '../../../encodings/text-form.ts'

const LF = 10
const CR = 13
const UNIT_BYTES = 2

/** The text of a part of some bytes, without its terminator. */
export type LineTexts = (start: number, end: number) => string

/** Text of ASCII and of UTF-16 is decoded at once: then a line is a part of it, which takes a fraction of the time. */
export function makeLineTexts(bytes: Buffer, form: TextForm | { readonly utf16: Utf16Order | undefined }): LineTexts {
  if ('encoding' in form) return textsOfForm(bytes, form)
  const { utf16 } = form
  if (utf16 !== undefined) return textsOfUtf16(bytes, utf16)
  if (!isAscii(bytes)) return (start, end) => bytes.toString('utf8', start, textEnd(bytes, start, end))
  const text = bytes.toString('latin1')
  return (start, end) => text.slice(start, textEnd(bytes, start, end))
}

function textEnd(bytes: Buffer, start: number, end: number): number {
  if (end === start || bytes[end - 1] !== LF) return end
  return end - 1 > start && bytes[end - 2] === CR ? end - 2 : end - 1
}

function textsOfForm(bytes: Buffer, form: TextForm): LineTexts {
  const { terminator } = findLineCutter(form)
  const decode = makeLineDecoder(form.encoding)
  const suffix = form.delimiter === '\n' ? /\r$/ : /^$/
  return (start, end) => {
    const textStart = Math.max(start, end - terminator.length)
    const hasTerminator = bytes.subarray(textStart, end).equals(terminator)
    return decode(bytes.subarray(start, hasTerminator ? textStart : end))
      .bytes.toString()
      .replace(suffix, '')
  }
}

function textsOfUtf16(bytes: Buffer, order: Utf16Order): LineTexts {
  const units = bytes.subarray(0, bytes.length - (bytes.length % UNIT_BYTES))
  const text = (order === 'le' ? units : Buffer.from(units).swap16()).toString('utf16le')
  return (start, end) => text.slice(start / UNIT_BYTES, end / UNIT_BYTES).replace(/\r?\n$/, '')
}
