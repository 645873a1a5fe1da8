import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import type { TrackedBatch } from '../../../src/registry/contract.ts'

/** Of each line with its line feed. */
export const LINE_BYTES = 128
const DIGITS = 12

/** Line `number` into 128 bytes: its number, and text that only it has. */
function writeLine(bytes: Buffer, at: number, number: number): void {
  bytes.write(String(number).padStart(DIGITS, '0'), at, 'latin1')
  bytes.fill(`, text ${(number * 2_654_435_761) % 1_000_003} of it`, at + DIGITS, at + LINE_BYTES - 1, 'latin1')
  bytes[at + LINE_BYTES - 1] = 0x0a
}

export function makeFixedLines(from: number, to: number): Buffer {
  const bytes = Buffer.allocUnsafe((to - from) * LINE_BYTES)
  for (let number = from; number < to; number++) writeLine(bytes, (number - from) * LINE_BYTES, number)
  return bytes
}

/** Appends the lines up to `to`, in pieces of 8 MiB. */
export async function appendFixedLines(path: string, from: number, to: number): Promise<void> {
  const file = await open(path, 'a')
  const piece = 65_536
  for (let start = from; start < to; start += piece)
    await file.write(makeFixedLines(start, Math.min(to, start + piece)))
  await file.close()
}

/** The numbers of the whole lines of a file that has consecutive ones, from the one at or behind `start` on. */
export async function readNumbers(path: string, start: number): Promise<readonly number[]> {
  const file = await open(path)
  const { buffer } = await file.read(Buffer.alloc(DIGITS), 0, DIGITS, 0)
  const { size } = await file.stat()
  await file.close()
  const first = Number(buffer.toString('latin1')) + Math.ceil(start / LINE_BYTES)
  const count = Math.floor(size / LINE_BYTES) - Math.ceil(start / LINE_BYTES)
  return Array.from({ length: Math.max(0, count) }, (_, i) => first + i)
}

/** How often each line was seen, for very many of them. */
export class FixedLines {
  #times = new Uint8Array(1 << 20)
  #count = 0
  /** Pieces that are not a line. */
  strange = 0

  get count(): number {
    return this.#count
  }

  addBatch(batch: TrackedBatch): void {
    for (const { bytes, ends } of batch.runs) {
      let start = 0
      for (const end of ends) {
        this.#add(bytes, start, end - start)
        start = end
      }
    }
  }

  /** All lines of a file, with NULs before them or not. */
  async addFile(path: string): Promise<void> {
    let rest: Buffer = Buffer.alloc(0)
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 22 })) {
      rest = Buffer.concat([rest, chunk as Buffer])
      const whole = rest.length - (rest.length % LINE_BYTES)
      for (let start = 0; start < whole; start += LINE_BYTES) this.#add(rest, start, LINE_BYTES)
      rest = rest.subarray(whole)
    }
    if (rest.length > 0) this.strange++
  }

  timesOf(number: number): number {
    return this.#times[number] ?? 0
  }

  #add(bytes: Buffer, start: number, length: number): void {
    const number = Number(bytes.toString('latin1', start, start + DIGITS))
    if (length !== LINE_BYTES || !Number.isInteger(number)) {
      this.strange++
      return
    }
    if (number >= this.#times.length) this.#grow(number)
    this.#times[number]!++
    this.#count++
  }

  #grow(number: number): void {
    const larger = new Uint8Array(number * 2)
    larger.set(this.#times)
    this.#times = larger
  }
}
