const MIN_RECORDS = 16

/** Numbers of records, in columns that grow: a record is not an object. */
export class RecordColumns {
  /** Where the text of each ends. */
  ends = new Uint32Array(MIN_RECORDS)
  /** Where it begins in the file. */
  offsets = new Float64Array(MIN_RECORDS)
  /** The lines of the file in which it begins and ends. */
  firsts = new Uint32Array(MIN_RECORDS)
  lasts = new Uint32Array(MIN_RECORDS)
  /** LINE_* bits. */
  flags = new Uint8Array(MIN_RECORDS)
  /** Milliseconds since 1970; -1 where it has no time. */
  times = new Float64Array(MIN_RECORDS)
  nanos = new Uint32Array(MIN_RECORDS)
  #count = 0
  readonly #expected: number

  /** Once there are more than a few, there is room for so many. */
  constructor(expected: number) {
    this.#expected = expected
  }

  get count(): number {
    return this.#count
  }

  /** The place of one record more. */
  next(): number {
    if (this.#count === this.ends.length) this.#grow(Math.max(this.#expected, 2 * this.#count))
    return this.#count++
  }

  #grow(room: number): void {
    this.ends = moveInto(new Uint32Array(room), this.ends)
    this.offsets = moveInto(new Float64Array(room), this.offsets)
    this.firsts = moveInto(new Uint32Array(room), this.firsts)
    this.lasts = moveInto(new Uint32Array(room), this.lasts)
    this.flags = moveInto(new Uint8Array(room), this.flags)
    this.times = moveInto(new Float64Array(room), this.times)
    this.nanos = moveInto(new Uint32Array(room), this.nanos)
  }
}

function moveInto<Numbers extends Uint32Array | Float64Array | Uint8Array>(to: Numbers, from: Numbers): Numbers {
  to.set(from)
  return to
}
