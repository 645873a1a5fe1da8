import type { LineRun } from '../flow/line-batch.ts'
import { LINE_KERNEL } from './line-kernel-bytes.ts'

/** The parts of a J frame, as in `JsonEnvelope`: a byte a character. */
export interface FrameParts {
  readonly head: string
  readonly middle: string
  readonly beforeOffset: string
  readonly tail: string
}

/** Lines `from` to `to` (exclusive) of a run. */
export interface NumberedLines {
  readonly run: LineRun
  readonly from: number
  readonly to: number
  /** The number of the frame before the first one. */
  readonly sequence: number
}

export interface KernelFrames {
  /** The number of lines that were taken. */
  readonly count: number
  readonly frames: Uint8Array
}

export interface LineEnds {
  /** The first `count` are the ends, each behind its line feed. */
  readonly ends: Uint32Array
  readonly count: number
}

interface Constant {
  readonly value: number
}

/** Addresses, limits and functions of line-kernel.wat. */
interface KernelExports {
  readonly memory: { readonly buffer: ArrayBuffer }
  readonly parts: Constant
  readonly ends: Constant
  readonly maxLines: Constant
  readonly envelope: Constant
  readonly maxEnvelope: Constant
  readonly text: Constant
  readonly maxText: Constant
  readonly frames: Constant
  readonly split: (length: number, start: number) => number
  readonly encode: (lines: number, offset: number, sequence: number) => [taken: number, bytes: number]
}

/** As far as it is used: the types of Node have none of it. */
interface WebAssemblyApi {
  readonly Module: new (bytes: Buffer) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}

/** Few enough for the processor's cache, and for a search that may need only some of them. */
const SPLIT_BYTES = 16 * 1024

const NONE: KernelFrames = { count: 0, frames: new Uint8Array() }

let kernel: LineKernel | 'none' | undefined

/** This thread's kernel, made at the first call; undefined where the processor, or Node as it was started, has no WebAssembly of this kind. */
export function findLineKernel(): LineKernel | undefined {
  kernel ??= makeLineKernel()
  return kernel === 'none' ? undefined : kernel
}

function makeLineKernel(): LineKernel | 'none' {
  try {
    return new LineKernel()
  } catch {
    return 'none' // lines are encoded by strings, which takes longer and gives the same bytes
  }
}

function instantiate(): KernelExports {
  const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: WebAssemblyApi }).WebAssembly
  return new Instance(new Module(Buffer.from(LINE_KERNEL, 'base64'))).exports as KernelExports
}

/** The WebAssembly of line-kernel.wat, with a memory of a fixed size. */
export class LineKernel {
  readonly #exports = instantiate()
  readonly #memory: Buffer
  readonly #parts: Uint32Array
  readonly #ends: Uint32Array

  constructor() {
    const { memory, parts, ends, maxLines } = this.#exports
    this.#memory = Buffer.from(memory.buffer)
    this.#parts = new Uint32Array(memory.buffer, parts.value, 4)
    this.#ends = new Uint32Array(memory.buffer, ends.value, maxLines.value + 1)
  }

  /** The most lines that `encode` takes at a time. */
  get maxLines(): number {
    return this.#ends.length - 1
  }

  /** The ends of the next lines from `start` on, as many as one call finds. They are good until the next call. */
  split(bytes: Buffer, start: number): LineEnds {
    const { text, split } = this.#exports
    const part = bytes.subarray(start, start + SPLIT_BYTES)
    this.#memory.set(part, text.value)
    return { ends: this.#ends, count: split(part.length, start) }
  }

  /** For all lines up to the next call. False where the parts are too long. */
  setParts({ head, middle, beforeOffset, tail }: FrameParts): boolean {
    const { envelope, maxEnvelope } = this.#exports
    const parts = head + middle + beforeOffset + tail
    if (parts.length > maxEnvelope.value) return false
    this.#memory.write(parts, envelope.value, 'latin1')
    this.#parts.set([head.length, middle.length, beforeOffset.length, tail.length])
    return true
  }

  /**
   * Takes lines of UTF-8 without flags, from the first one on. It stops before a line that does not end with LF, and where its
   * room ends. The frames are good until the next call.
   */
  encode({ run, from, to, sequence }: NumberedLines): KernelFrames {
    const { text, maxText, frames, encode } = this.#exports
    const { offset, bytes, ends } = run
    const start = ends[from - 1] ?? 0
    const lines = bytes.subarray(start, ends[to - 1])
    if (to - from > this.maxLines || lines.length > maxText.value) return NONE
    this.#memory.set(lines, text.value)
    this.#ends[0] = start
    this.#ends.set(ends.subarray(from, to), 1)
    const [count, length] = encode(to - from, offset + start, sequence)
    return { count, frames: this.#memory.subarray(frames.value, frames.value + length) }
  }
}
