import type { Position } from './problem.ts'

/** A stretch of the text that was made from a stretch of the file. */
interface Stretch {
  /** Its start in the parsed text. */
  readonly at: number
  /** Its start in the file. */
  readonly origin: number
  /** The variable whose value it is: the whole stretch came from `origin`. */
  readonly variable?: string
}

/** Maps offsets in the parsed text to positions in the file. */
export class PositionMap {
  readonly #file: string
  readonly #lineStarts: readonly number[]
  readonly #stretches: Stretch[] = []

  constructor(file: string, original: string) {
    this.#file = file
    this.#lineStarts = [0, ...[...original.matchAll(/\n/gu)].map(({ index }) => index + 1)]
  }

  /** Stretches must be added in the order of the text. */
  add(stretch: Stretch): void {
    this.#stretches.push(stretch)
  }

  variableAt(offset: number): string | undefined {
    return this.#find(offset)?.variable
  }

  positionAt(offset: number): Position {
    const stretch = this.#find(offset)
    if (stretch === undefined) return this.positionInFile(offset)
    return this.positionInFile(stretch.origin + (stretch.variable === undefined ? offset - stretch.at : 0))
  }

  positionInFile(origin: number): Position {
    const line = countUntil(this.#lineStarts, start => start > origin) - 1
    return { file: this.#file, line: line + 1, column: origin - (this.#lineStarts[line] ?? 0) + 1 }
  }

  #find(offset: number): Stretch | undefined {
    return this.#stretches[countUntil(this.#stretches, ({ at }) => at > offset) - 1]
  }
}

/** Counts the items of an ascending list before the first one that is beyond, by binary search. */
function countUntil<Item>(items: readonly Item[], isBeyond: (item: Item) => boolean): number {
  let low = 0
  let high = items.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (isBeyond(items[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
