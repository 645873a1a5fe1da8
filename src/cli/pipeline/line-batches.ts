// Lines of standard input, as many together as come together.
import { StringDecoder } from 'node:string_decoder'

export interface LineBatch {
  readonly lines: readonly string[]
  /** How many lines were longer than the limit; they are left out. */
  readonly tooLong: number
}

/** Ends with LF or CRLF; the last line may have no end. Memory is bounded by the limit. */
export async function* readLineBatches(input: AsyncIterable<Buffer>, maxBytes: number): AsyncGenerator<LineBatch> {
  const cutter = new LineCutter(maxBytes)
  for await (const chunk of input) yield cutter.cut(chunk)
  yield cutter.end()
}

class LineCutter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #maxBytes: number
  #rest: string[] = []
  #restLength = 0

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  cut(chunk: Buffer): LineBatch {
    return this.#take(this.#decoder.write(chunk).split('\n'))
  }

  end(): LineBatch {
    const batch = this.#take([this.#decoder.end(), ''])
    return { ...batch, lines: batch.lines.filter(line => line !== '') }
  }

  /** The last piece has no end yet. */
  #take(pieces: readonly string[]): LineBatch {
    const lines: string[] = []
    let tooLong = 0
    for (const [i, piece] of pieces.entries()) {
      this.#keep(piece)
      if (i === pieces.length - 1) break
      if (this.#restLength > this.#maxBytes) tooLong++
      else lines.push(this.#rest.join('').replace(/\r$/u, ''))
      this.#rest = []
      this.#restLength = 0
    }
    return { lines, tooLong }
  }

  /** Of a line that is too long only the length. */
  #keep(piece: string): void {
    this.#restLength += piece.length
    if (this.#restLength > this.#maxBytes) this.#rest = []
    else this.#rest.push(piece)
  }
}
