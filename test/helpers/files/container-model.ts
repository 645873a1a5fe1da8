// A container that writes while its log is rotated and the agent is stopped and killed, and the records that have to arrive.
import { appendFile, copyFile, mkdir, rename, truncate } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import fc from 'fast-check'
import { LINE_DAMAGED } from '../../../src/flow/line-batch.ts'
import type { TrackedBatch } from '../../../src/registry/contract.ts'
import { type ExpectedRecord, type Format, openIn, recordsOf, type WrittenLine } from './container-lines.ts'
import { write } from './container-records.ts'
import { toLines } from './followed.ts'
import { JournaledRuns } from './journaled-runs.ts'

export type ContainerStep =
  | { readonly kind: 'write'; readonly parts: readonly (WrittenLine | 'damaged')[] }
  /** The last line is torn: its rest comes with the next write. */
  | { readonly kind: 'tear'; readonly at: number }
  | { readonly kind: 'look' | 'rename' | 'copytruncate' | 'restart' | 'kill' }
  | { readonly kind: 'ack'; readonly count: number }

const anyText = fc.array(fc.constantFrom('a', 'é', '"', '\\', '\t', '<', 'x'.repeat(30), '{"a":1}'), { maxLength: 5 })
const anyPart = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      stream: fc.constantFrom('stdout' as const, 'stderr' as const),
      text: anyText.map(parts => Buffer.from(parts.join('')).toString('latin1')),
      isPartial: fc.boolean(),
      timeMs: fc.integer({ min: 1_700_000_000_000, max: 1_700_000_000_999 }),
      nanos: fc.constantFrom(0, 1, 999_999),
    }),
  },
  { weight: 1, arbitrary: fc.constant('damaged' as const) },
)

export const anyContainerStep: fc.Arbitrary<ContainerStep> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('write' as const),
      parts: fc.array(anyPart, { minLength: 1, maxLength: 6 }),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('tear' as const), at: fc.integer({ min: 1, max: 30 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('look' as const) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('ack' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constantFrom('rename' as const, 'copytruncate' as const) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('restart' as const, 'kill' as const) }) },
)

/** A record as it arrived. */
export interface ArrivedRecord extends ExpectedRecord {
  readonly id: string
  readonly flags: number
}

export interface ContainerModelOptions {
  readonly format: Format
  /** That of the group, which may find it. */
  readonly setting: Format | 'auto'
  readonly batchLines: number
}

export class ContainerModel {
  readonly #t: ExecutionContext
  readonly #path: string
  readonly #options: ContainerModelOptions
  readonly #runs: JournaledRuns<ArrivedRecord>
  /** The content of each generation; the last one is being written. */
  readonly #generations: Buffer[] = []
  /** Not written yet. */
  #torn: Buffer = Buffer.alloc(0)
  #tokens = 0
  #rotations = 0

  constructor(t: ExecutionContext, dir: string, options: ContainerModelOptions) {
    this.#t = t
    this.#options = options
    this.#path = join(dir, 'pods/shop_web-1_0a-1b/nginx/0.log')
    const groups = [{ paths: [join(dir, 'pods/*/*/*.log*')], records: { format: options.setting } }]
    const following = { groups, limits: { batchLines: options.batchLines, chunkBytes: 100 } }
    this.#runs = new JournaledRuns(t, { dir, following: () => following, read: recordsIn })
  }

  get arrived(): readonly ArrivedRecord[] {
    return this.#runs.arrived
  }

  get hasResent(): boolean {
    return this.#runs.hasResent
  }

  /** The records of all generations. Those that are open at the end are in `cut`. */
  expected(): { readonly whole: readonly ExpectedRecord[]; readonly cut: readonly ExpectedRecord[] } {
    const { format } = this.#options
    const whole = this.#generations.flatMap(bytes => recordsOf(bytes, format))
    return { whole, cut: this.#generations.flatMap(bytes => openIn(bytes, format)) }
  }

  async do(step: ContainerStep): Promise<void> {
    switch (step.kind) {
      case 'write':
        return this.#append(write(this.#nameAll(step.parts), this.#options.format))
      case 'tear': {
        const bytes = write(this.#nameAll([LINE]), this.#options.format)
        await this.#append(bytes.subarray(0, step.at))
        this.#torn = bytes.subarray(step.at)
        return
      }
      case 'look':
        return this.#runs.look()
      case 'ack':
        return this.#runs.ack(step.count)
      case 'rename':
      case 'copytruncate':
        return this.#rotate(step.kind)
      case 'restart':
      case 'kill':
        return this.#runs.startAgain(step.kind)
    }
  }

  /** All is written, read and acked, and records that are open are given up. */
  async settle(): Promise<void> {
    await this.#append(Buffer.alloc(0))
    for (const milliseconds of [0, 5000, 61_000, 61_000]) {
      this.#runs.pass(milliseconds)
      await this.#runs.look()
      await this.#runs.ack(Infinity)
    }
    const { unread, inFlight } = this.#runs.account()
    this.#t.deepEqual({ unread, inFlight }, { unread: 0, inFlight: 0 })
  }

  /** Each text is another one, so that a record is known by it. */
  #nameAll(parts: readonly (WrittenLine | 'damaged')[]): readonly (WrittenLine | string)[] {
    return parts.map(part => {
      const token = `#${++this.#tokens} `
      return part === 'damaged' ? `${token}damaged` : { ...part, text: token + part.text }
    })
  }

  /** What was torn comes first. A file begins with enough to be recognised by. */
  async #append(bytes: Buffer): Promise<void> {
    if (this.#generations.length === 0 || this.#generations.length === this.#rotations) await this.#begin()
    const all = Buffer.concat([this.#torn, bytes])
    this.#torn = Buffer.alloc(0)
    await appendFile(this.#path, all)
    this.#generations.push(Buffer.concat([this.#generations.pop()!, all]))
  }

  async #begin(): Promise<void> {
    const head = write(this.#nameAll(Array.from({ length: HEAD_LINES }, () => LINE)), this.#options.format)
    await mkdir(dirname(this.#path), { recursive: true })
    await appendFile(this.#path, head)
    this.#generations.push(head)
  }

  async #rotate(by: 'rename' | 'copytruncate'): Promise<void> {
    if (this.#generations.length === this.#rotations) return
    await this.#append(Buffer.alloc(0))
    const rotated = `${this.#path}.2026112${this.#rotations}-210000`
    if (by === 'copytruncate') await this.#runs.look()
    this.#rotations++
    if (by === 'rename') return rename(this.#path, rotated)
    await copyFile(this.#path, rotated)
    await truncate(this.#path)
    await this.#runs.look()
  }
}

const LINE: WrittenLine = {
  stream: 'stdout',
  text: 'of the head',
  isPartial: false,
  timeMs: 1_700_000_000_000,
  nanos: 7,
}
/** More than a kilobyte. */
const HEAD_LINES = 20

function recordsIn(batch: TrackedBatch): ArrivedRecord[] {
  return batch.runs.flatMap(run =>
    toLines({ ...batch, runs: [run] }).map(({ id, text, flags, timeMs }, i) => {
      const isDamaged = (flags & LINE_DAMAGED) !== 0
      const time = isDamaged ? undefined : timeMs
      const stream = run.origin.fields['stream'] as string | undefined
      const placed = {
        offset: Number(id.slice(id.lastIndexOf('-') + 1)),
        stream,
        timeMs: time,
        nanos: run.nanos?.[i] ?? 0,
      }
      return { id, ...placed, text: Buffer.from(text).toString('latin1'), isDamaged, flags: flags & ~LINE_DAMAGED }
    }),
  )
}
