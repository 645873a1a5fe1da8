import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { appendFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Loan, ReadBuffers } from '../../../../src/files/read/read-buffers.ts'
import type { TrackedBatch } from '../../../../src/registry/contract.ts'
import { follow, makeGroup, takeReady } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { makeBatch, makeRun } from '../../../helpers/lumberjack/line-batches.ts'

const CHUNK_BYTES = 1024
const POISON = 0x58

function poison(buffer: Buffer): void {
  buffer.fill(POISON)
}

function lend(buffers: ReadBuffers): Loan {
  return buffers.lend(CHUNK_BYTES)!
}

test('a buffer is lent again once the last of its holders has let go', t => {
  const returned: Buffer[] = []
  const buffers = new ReadBuffers(CHUNK_BYTES, buffer => returned.push(buffer))
  const loan = lend(buffers)
  loan.hold()
  loan.letGo()
  t.not(lend(buffers).buffer, loan.buffer)
  t.deepEqual(returned, [])
  loan.letGo()
  t.is(returned[0], loan.buffer)
  t.is(lend(buffers).buffer, loan.buffer)
})

test('a buffer that two batches share comes back when both are delivered, in any order', t => {
  const buffers = new ReadBuffers(CHUNK_BYTES)
  const loan = lend(buffers)
  const batches = [makeBatch([makeRun(['a\n'])]), makeBatch([makeRun(['b\n'])])] as const
  for (const batch of batches) {
    loan.hold()
    buffers.noteBatch(batch, [loan])
  }
  loan.letGo()
  buffers.noteDelivered(batches[1])
  buffers.noteDelivered(batches[1])
  t.is(buffers.freeBytes, 0)
  buffers.noteDelivered(batches[0])
  t.true(buffers.freeBytes > 0)
})

test('a read of less than half a buffer, or of more than one, gets none', t => {
  const buffers = new ReadBuffers(256 * 1024)
  t.is(buffers.lend(100 * 1024), undefined)
  t.is(buffers.lend(1024 * 1024), undefined)
  t.truthy(buffers.lend(256 * 1024))
})

test('at most 8 MiB are kept for later reads', t => {
  const buffers = new ReadBuffers(256 * 1024)
  const loans = Array.from({ length: 100 }, () => buffers.lend(256 * 1024)!)
  for (const loan of loans) loan.letGo()
  t.true(buffers.freeBytes <= 8 * 1024 * 1024)
  t.true(buffers.freeBytes > 7 * 1024 * 1024)
})

test('buffers that were not needed between two looks are dropped', t => {
  const buffers = new ReadBuffers(CHUNK_BYTES)
  const loans = Array.from({ length: 5 }, () => lend(buffers))
  for (const loan of loans) loan.letGo()
  buffers.trim()
  for (const loan of [lend(buffers), lend(buffers)]) loan.letGo()
  const five = buffers.freeBytes
  buffers.trim()
  t.is(buffers.freeBytes, (five / 5) * 2)
  buffers.trim()
  t.is(buffers.freeBytes, 0)
})

type Step =
  | { readonly kind: 'write'; readonly file: number; readonly lines: number }
  | { readonly kind: 'take' | 'commit' | 'poll' }
  | { readonly kind: 'deliver'; readonly which: number }
  | { readonly kind: 'truncate' | 'delete' | 'rename'; readonly file: number }
  | { readonly kind: 'follow'; readonly isFollowed: boolean }

const file = fc.nat({ max: 2 })
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('write' as const), file, lines: fc.nat({ max: 150 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constantFrom('take' as const, 'take' as const, 'commit' as const, 'poll' as const),
    }),
  },
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('deliver' as const), which: fc.nat({ max: 5 }) }) },
  fc.record({ kind: fc.constantFrom('truncate' as const, 'delete' as const, 'rename' as const), file }),
  fc.record({ kind: fc.constant('follow' as const), isFollowed: fc.nat({ max: 3 }).map(share => share > 0) }),
)

/** A batch that is taken, with a copy of the bytes that it had then. */
interface Taken {
  readonly batch: TrackedBatch
  readonly bytes: Buffer
  receipt: TrackedBatch | undefined
}

function bytesOf({ runs }: TrackedBatch): Buffer {
  return Buffer.concat(runs.map(({ bytes }) => bytes))
}

class Model {
  readonly #directory: string
  readonly #source
  readonly #registry
  readonly #taken: Taken[] = []
  #written = 0
  #renamed = 0

  constructor(t: ExecutionContext, directory: string, readBuffers: ReadBuffers) {
    this.#directory = directory
    const limits = { chunkBytes: CHUNK_BYTES, batchLines: 20 }
    const { source, registry } = follow(t, directory, { readBuffers, limits })
    this.#source = source
    this.#registry = registry
  }

  async run(one: Step): Promise<void> {
    if (one.kind === 'write') await appendFile(this.#path(one.file), this.#makeLines(one.lines))
    if (one.kind === 'poll') await this.#source.poll()
    if (one.kind === 'take') await this.#take()
    if (one.kind === 'deliver') this.#deliver(one.which)
    if (one.kind === 'commit') this.#commit()
    if (one.kind === 'truncate') await truncate(this.#path(one.file)).catch(() => {})
    if (one.kind === 'delete') await rm(this.#path(one.file), { force: true })
    if (one.kind === 'rename') await this.#rename(one.file)
    if (one.kind === 'follow') await this.#source.reconfigure(one.isFollowed ? [makeGroup(this.#directory)] : [], {})
  }

  /** The batches whose bytes are no longer those that they had. */
  findSpoiled(): readonly Taken[] {
    return this.#taken.filter(({ batch, bytes, receipt }) => receipt === undefined && !bytesOf(batch).equals(bytes))
  }

  async end(): Promise<void> {
    await this.#source.reconfigure([], {})
    while (this.#taken.some(({ receipt }) => receipt === undefined)) this.#deliver(0)
    await this.#source.close()
  }

  async #take(): Promise<void> {
    await this.#source.poll()
    for (const batch of await takeReady(this.#source)) {
      await this.#registry.journal(batch)
      this.#taken.push({ batch, bytes: bytesOf(batch), receipt: undefined })
    }
  }

  #deliver(which: number): void {
    const open = this.#taken.filter(({ receipt }) => receipt === undefined)
    const one = open[which % Math.max(1, open.length)]
    if (one !== undefined) one.receipt = this.#source.toReceipt!(one.batch)
  }

  #commit(): void {
    while (this.#taken[0]?.receipt !== undefined) void this.#source.commit(this.#taken.shift()!.receipt!)
  }

  async #rename(index: number): Promise<void> {
    await rename(this.#path(index), join(this.#directory, `old-${this.#renamed++}`)).catch(() => {})
  }

  #path(index: number): string {
    return join(this.#directory, `log-${index}`)
  }

  #makeLines(count: number): string {
    return Array.from({ length: count }, () => `line ${this.#written++} ${'.'.repeat(this.#written % 90)}\n`).join('')
  }
}

test('the bytes of a batch stay until it is delivered, and then its buffers come back, whatever happens to its file', async t => {
  let returned = 0
  const onReturn = (buffer: Buffer) => {
    poison(buffer)
    returned++
  }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 30, maxLength: 60 }), async steps => {
      const directory = await makeTempDir(t)
      const buffers = new ReadBuffers(CHUNK_BYTES, onReturn)
      const model = new Model(t, directory, buffers)
      for (const one of steps) {
        await model.run(one)
        t.deepEqual(model.findSpoiled(), [])
      }
      await model.end()
      t.is(buffers.lentCount, 0)
    }),
    { numRuns: 50 },
  )
  t.true(returned > 100) // buffers did come back meanwhile
})

test('lines that an earlier run sent are in lent buffers too, and stay until they are delivered', async t => {
  const directory = await makeTempDir(t)
  await writeFile(join(directory, 'log'), 'a line of an earlier run\n'.repeat(200))
  const state = new MemoryState()
  const first = follow(t, directory, { state, limits: { chunkBytes: CHUNK_BYTES } })
  await first.look()
  await first.source.close()
  const readBuffers = new ReadBuffers(CHUNK_BYTES, poison)
  const { source } = follow(t, directory, {
    state,
    readBuffers,
    limits: { chunkBytes: CHUNK_BYTES },
  })
  await source.poll()
  const batches = await takeReady(source)
  t.true(batches.every(({ doubtfulSinceMs }) => doubtfulSinceMs !== undefined))
  t.is(Buffer.concat(batches.map(bytesOf)).toString(), 'a line of an earlier run\n'.repeat(200))
  t.true(readBuffers.lentCount > 0)
  for (const batch of batches) source.toReceipt!(batch)
  t.is(readBuffers.lentCount, 0)
})
