/** The length before each key and each value. */
const LENGTH_BYTES = 4

/** Finds the end of the pairs of a D frame as its bytes come, without looking at any byte twice. */
export class PairWalk {
  readonly count: number
  /** Keys and values still to pass. */
  #left: number
  /** Position of the next length. */
  #at = 0

  constructor(count: number) {
    this.count = count
    this.#left = count * 2
  }

  /** Bytes that the pairs take, once `bytes` has all their lengths; before that, the least that they can take. */
  measure(bytes: Buffer): number {
    while (this.#left > 0 && bytes.length >= this.#at + LENGTH_BYTES) {
      this.#at += LENGTH_BYTES + bytes.readUInt32BE(this.#at)
      this.#left--
    }
    return this.#at + this.#left * LENGTH_BYTES
  }
}

/** The keys and values of a D frame that the decoder has measured; of equal keys the last one counts. */
export function readPairs(payload: Buffer, pairCount: number): Map<string, Buffer> {
  const pairs = new Map<string, Buffer>()
  let at = 0
  const read = () => {
    const start = at + LENGTH_BYTES
    at = start + payload.readUInt32BE(at)
    return payload.subarray(start, at)
  }
  for (let i = 0; i < pairCount; i++) pairs.set(read().toString(), read())
  return pairs
}
