import {
  type ChosenTarget,
  type PipelineAnswer,
  type StepCounts,
  DROPPED,
  REFUSED,
  UNCHANGED,
  WRITTEN,
} from './thread-contract.ts'

/** An answer ends after the event with which it has this many bytes: what a batch becomes is held in parts. */
const MAX_ANSWER_BYTES = 4 * 1024 * 1024
const FIRST_ROOM_BYTES = 1024 * 1024
/** A larger room, for one very large event, is not kept. */
const MAX_KEPT_ROOM_BYTES = 8 * 1024 * 1024
const MAX_BYTES_PER_UNIT = 3

/** For the next answer of this thread. */
let spareRoom: Buffer | undefined

/** The answer that is being made. */
export class AnswerDraft {
  readonly #fates: number[] = []
  readonly #ends: number[] = []
  readonly #times: number[] = []
  readonly #targets = new Map<number, ChosenTarget>()
  readonly #reasons = new Map<number, string>()
  #room = spareRoom ?? Buffer.allocUnsafeSlow(FIRST_ROOM_BYTES)
  #byteCount = 0
  #marked = 0

  constructor() {
    spareRoom = undefined
  }

  get isFull(): boolean {
    return this.#byteCount >= MAX_ANSWER_BYTES
  }

  keep(target: ChosenTarget | undefined): void {
    this.#add(UNCHANGED, target)
  }

  /** The bytes that the document takes. */
  write(document: string, timeMs: number, target: ChosenTarget | undefined): void {
    this.#makeRoom(document.length * MAX_BYTES_PER_UNIT)
    this.#byteCount += this.#room.write(document, this.#byteCount)
    this.#ends.push(this.#byteCount)
    this.#times.push(timeMs)
    this.#add(WRITTEN, target)
  }

  /** The event that is noted next keeps the form in which it came. */
  noteMarked(): void {
    this.#marked++
  }

  drop(): void {
    this.#add(DROPPED, undefined)
  }

  refuse(reason: string): void {
    this.#reasons.set(this.#fates.length, reason)
    this.#add(REFUSED, undefined)
  }

  finish(id: number, counts: StepCounts): PipelineAnswer {
    const bytes = new Uint8Array(this.#room.subarray(0, this.#byteCount))
    if (this.#room.length <= MAX_KEPT_ROOM_BYTES) spareRoom = this.#room
    return {
      id,
      fates: Uint8Array.from(this.#fates),
      ends: Float64Array.from(this.#ends),
      times: Float64Array.from(this.#times),
      bytes,
      targets: this.#targets,
      reasons: this.#reasons,
      marked: this.#marked,
      counts,
    }
  }

  #add(fate: number, target: ChosenTarget | undefined): void {
    if (target !== undefined) this.#targets.set(this.#fates.length, target)
    this.#fates.push(fate)
  }

  #makeRoom(byteCount: number): void {
    const needed = this.#byteCount + byteCount
    if (needed <= this.#room.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, 2 * this.#room.length))
    this.#room.copy(larger, 0, 0, this.#byteCount)
    this.#room = larger
  }
}
