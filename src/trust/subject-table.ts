/** The 64 bits of a hash. */
export interface SubjectHash {
  readonly high: number
  readonly low: number
}

/** From 16 hex digits. */
export function readSubject(hash: string): SubjectHash {
  return { high: Number.parseInt(hash.slice(0, 8), 16), low: Number.parseInt(hash.slice(8, 16), 16) }
}

const EMPTY = -1

/**
 * For each hash a number that is at least 0. A Map with texts as keys takes a quarter of a second to fill with 100,000, in
 * which a collector does nothing else; this takes a few milliseconds. Slots that are taken lead to the next free one.
 */
export class SubjectTable {
  readonly #mask: number
  readonly #highs: Uint32Array
  readonly #lows: Uint32Array
  readonly #values: Float64Array
  #size = 0

  /** `capacity`: the most hashes that are noted. */
  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, capacity * 2)))
    this.#mask = slots - 1
    this.#highs = new Uint32Array(slots)
    this.#lows = new Uint32Array(slots)
    this.#values = new Float64Array(slots).fill(EMPTY)
  }

  get size(): number {
    return this.#size
  }

  /** Of several values for a hash, the largest stays. */
  note({ high, low }: SubjectHash, value: number): void {
    const slot = this.#slotOf(high, low)
    const before = this.#values[slot] ?? EMPTY
    if (before === EMPTY) this.#size++
    this.#highs[slot] = high
    this.#lows[slot] = low
    this.#values[slot] = Math.max(before, value)
  }

  get(hash: string): number | undefined {
    const { high, low } = readSubject(hash)
    const value = this.#values[this.#slotOf(high, low)] ?? EMPTY
    return value === EMPTY ? undefined : value
  }

  entries(): { readonly hash: string; readonly beganBy: number }[] {
    return Array.from(this.#values, (beganBy, slot) => ({
      hash: toHex(this.#highs[slot]) + toHex(this.#lows[slot]),
      beganBy,
    })).filter(({ beganBy }) => beganBy !== EMPTY)
  }

  isSame(other: SubjectTable): boolean {
    if (this === other || this.#size !== other.#size) return this === other
    for (let slot = 0; slot <= this.#mask; slot++) {
      if (this.#values[slot] === EMPTY) continue
      const there = other.#slotOf(this.#highs[slot] ?? 0, this.#lows[slot] ?? 0)
      if (other.#values[there] !== this.#values[slot]) return false
    }
    return true
  }

  /** Where the hash is, or would be. */
  #slotOf(high: number, low: number): number {
    let slot = low & this.#mask
    while (this.#values[slot] !== EMPTY && !(this.#highs[slot] === high && this.#lows[slot] === low))
      slot = (slot + 1) & this.#mask
    return slot
  }
}

function toHex(number = 0): string {
  return number.toString(16).padStart(8, '0')
}
