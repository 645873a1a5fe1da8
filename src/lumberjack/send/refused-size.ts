import type { LineBatch } from '../../flow/line-batch.ts'
import { sliceBatch } from '../../flow/slice-line-batch.ts'
import type { WindowPart } from './queue/delivery-queue.ts'

/** Shorter lines are refused for another reason than their size, and would be very many windows. */
const MIN_BYTES = 64 * 1024

/** The size from which lines were refused: a line of that size is suspected before it ends a connection. */
export class RefusedSize {
  #bytes = Infinity

  noteRefused(byteCount: number): void {
    if (byteCount >= MIN_BYTES) this.#bytes = Math.min(this.#bytes, byteCount)
  }

  /** A line of that size is taken: another server may have come, or a limit may have been raised. */
  noteAcked({ lineCount, byteCount }: LineBatch): void {
    if (lineCount === 1 && byteCount >= this.#bytes) this.#bytes = Infinity
  }

  /** The window in parts: each line of that size is a part of its own. */
  cut(window: LineBatch): readonly WindowPart[] {
    const parts: WindowPart[] = []
    let from = 0
    for (const at of this.#find(window)) {
      if (at > from) parts.push({ batch: sliceBatch(window, from, at), isSuspected: false })
      parts.push({ batch: sliceBatch(window, at, at + 1), isSuspected: true })
      from = at + 1
    }
    if (from < window.lineCount) parts.push({ batch: sliceBatch(window, from, window.lineCount), isSuspected: false })
    return parts
  }

  #find(window: LineBatch): readonly number[] {
    if (window.byteCount < this.#bytes) return []
    return [...lineSizes(window)].flatMap((size, index) => (size >= this.#bytes ? [index] : []))
  }
}

function* lineSizes({ runs }: LineBatch): Generator<number> {
  for (const { ends } of runs) {
    let start = 0
    for (const end of ends) {
      yield end - start
      start = end
    }
  }
}
