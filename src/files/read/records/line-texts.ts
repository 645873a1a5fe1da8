import { isAscii } from 'node:buffer'
import type { Utf16Order } from '../../../flow/line-batch.ts'
import { findLineCutter } from '../../text/line-cutter.ts'
import { makeLineDecoder } from '../../text/line-text.ts'
import type { TextForm } from '../../../encodings/text-form.ts'

const LF = 10
const CR = 13
const UNIT_BYTES = 2
const WINDOW_BYTES = 16 * 1024

/** The text of a part of some bytes, without its terminator. */
export type LineTexts = (start: number, end: number) => string

/** Text of ASCII and of UTF-16 is decoded for many lines at once: then a line is a part of it, which takes a fraction of the time. */
export function makeLineTexts(bytes: Buffer, form: TextForm | { readonly utf16: Utf16Order | undefined }): LineTexts {
  if ('encoding' in form) return textsOfForm(bytes, form)
  const { utf16 } = form
  if (utf16 !== undefined) return textsOfUtf16(bytes, utf16)
  const window = new Window(bytes)
  return (start, end) => window.textOf(start, end)
}

/** A part of the bytes as text, where it is ASCII: small, since long texts make V8 look through its whole heap. */
class Window {
  readonly #bytes: Buffer
  #start = 0
  #end = 0
  /** Undefined where it is not ASCII. */
  #text: string | undefined

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  textOf(start: number, end: number): string {
    if (start < this.#start || end > this.#end) this.#move(start, end)
    const last = textEnd(this.#bytes, start, end)
    if (this.#text === undefined) return this.#bytes.toString('utf8', start, last)
    return this.#text.slice(start - this.#start, last - this.#start)
  }

  #move(start: number, end: number): void {
    this.#start = start
    this.#end = Math.max(end, Math.min(this.#bytes.length, start + WINDOW_BYTES))
    const part = this.#bytes.subarray(this.#start, this.#end)
    this.#text = isAscii(part) ? part.toString('latin1') : undefined
  }
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
