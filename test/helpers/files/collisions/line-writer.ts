import type { Bytes } from './colliding-files.ts'
import { SAME_LINE } from './collision-steps.ts'
import type { Setting } from './setting.ts'

const LINES: Readonly<Record<string, string>> = {
  L: Array.from({ length: 60 }, (_, i) => `l${i * i}`).join(' '),
  s: SAME_LINE,
}

/** Makes the lines that letters stand for. */
export class LineWriter implements Bytes {
  readonly header: Buffer
  readonly closing: Buffer
  readonly lineEnd: Buffer
  readonly #encoding: BufferEncoding
  #nextLine = 1

  constructor({ header, encoding }: Setting) {
    this.#encoding = encoding
    this.header = Buffer.from(header, encoding)
    this.closing = Buffer.from('</log>\n', encoding)
    this.lineEnd = Buffer.from('\n', encoding)
  }

  toBytes(letters: readonly string[]): Buffer {
    return Buffer.from(letters.map(letter => `${this.#toLine(letter)}\n`).join(''), this.#encoding)
  }

  #toLine(letter: string): string {
    if (letter === 'x') return `<${this.#nextLine++}>`
    return LINES[letter] ?? letter
  }
}
