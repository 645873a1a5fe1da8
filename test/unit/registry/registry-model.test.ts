import { cpSync } from 'node:fs'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type {
  FileRecord,
  FinishedGeneration,
  JournalBatch,
  Registry,
  TrackedBatch,
} from '../../../src/registry/contract.ts'
import { openRegistry } from '../../../src/registry/registry.ts'
import { toJournalBatch } from '../../../src/registry/pending-changes.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeBatch, makeFile, makeFinished, makeMark, makeRange } from '../../helpers/files/registry-records.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

type Step =
  | {
      readonly kind: 'add' | 'forget' | 'finish' | 'journal' | 'commit' | 'drop' | 'flush' | 'crash' | 'restart'
      readonly at: number
    }
  | { readonly kind: 'update'; readonly at: number; readonly offset: number }

interface State {
  readonly files: Map<number, FileRecord>
  readonly journal: Map<number, JournalBatch>
  readonly finished: Map<number, FinishedGeneration>
}

const steps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom('add', 'journal', 'commit'), at: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('forget', 'finish', 'drop', 'flush'), at: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('update' as const), at: fc.nat(20), offset: fc.nat() }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('crash', 'restart'), at: fc.nat(20) }) },
  ),
  { maxLength: 40 },
) as fc.Arbitrary<Step[]>

/** The registry beside a model of it: what is in memory, and what must be on disk. */
class Run {
  #directory: string
  #directories = 0
  readonly #parent: string
  #registry: Registry | undefined
  #now: State = { files: new Map(), journal: new Map(), finished: new Map() }
  #durable: State = copy(this.#now)
  readonly #inFlight: TrackedBatch[] = []
  #sequence = 1

  constructor(parent: string) {
    this.#parent = parent
    this.#directory = join(parent, '0')
  }

  async open(): Promise<void> {
    const options = { durability: 'process', onLostState: 'stop', log: silentLog, writeDelayMs: 3_600_000 } as const
    this.#registry = await openRegistry({ ...options, stateDir: this.#directory })
    this.#sequence = this.#registry.nextSequence
    this.#inFlight.length = 0
  }

  get registry(): Registry {
    if (this.#registry === undefined) throw new Error('not open')
    return this.#registry
  }

  async do(step: Step): Promise<void> {
    if (step.kind === 'crash') return this.#crash()
    if (step.kind === 'restart') return this.#restart()
    if (step.kind === 'add') return this.#add(step.at)
    if (step.kind === 'journal') return this.#journal(step.at)
    if (step.kind === 'commit') return this.#commit()
    if (step.kind === 'drop') return this.#drop(step.at)
    if (step.kind === 'flush') return this.#makeDurable(this.registry.flush())
    const key = this.#key(step.at)
    if (key !== undefined) this.#change(key, step)
  }

  #change(key: number, step: Step): void {
    if (step.kind === 'update') {
      const change = { offset: step.offset, marks: [makeMark(step.offset)] }
      this.registry.update(key, change)
      this.#patch(key, change)
      return
    }
    this.#now.files.delete(key)
    if (step.kind !== 'finish') return this.registry.forget(key)
    const finished = { ...makeFinished(key), endedAtMs: Date.now() - step.at }
    this.registry.finish(key, finished)
    this.#now.finished.set(key, finished)
  }

  #add(number: number): void {
    const key = this.registry.add(makeFile(number))
    this.#now.files.set(key, { ...makeFile(number), key })
  }

  async #journal(at: number): Promise<void> {
    const keys = [this.#key(at), this.#key(at + 1)].filter(key => key !== undefined)
    const batch = makeBatch(
      this.#sequence++,
      keys.map(key => makeRange(key, at, at + key)),
    )
    const { runs } = toJournalBatch(batch)
    this.#inFlight.push(batch)
    this.#now.journal.set(batch.sequence, { sequence: batch.sequence, timeMs: batch.timeMs, runs })
    await this.#makeDurable(this.registry.journal(batch))
  }

  #commit(): void {
    const batch = this.#inFlight.shift()
    if (batch === undefined) return
    this.registry.commit(batch)
    for (const { key, end, marks } of batch.ranges) this.#patch(key, { offset: end, marks })
    this.#now.journal.delete(batch.sequence)
  }

  #drop(at: number): void {
    const batch = this.registry.unconfirmed[at]
    if (batch === undefined) return
    this.registry.dropUnconfirmed(batch.sequence)
    this.#now.journal.delete(batch.sequence)
  }

  async #makeDurable(written: Promise<void>): Promise<void> {
    await written
    this.#durable = copy(this.#now)
  }

  /** Continues with a copy of the files as they are at this moment: what a killed process leaves. */
  async #crash(): Promise<void> {
    const next = join(this.#parent, String(++this.#directories))
    cpSync(this.#directory, next, {
      recursive: true,
      filter: name => !name.endsWith('lock.db') && !name.endsWith('-shm'),
    })
    await this.registry.close()
    this.#directory = next
    this.#now = copy(this.#durable)
    await this.open()
  }

  async #restart(): Promise<void> {
    await this.registry.close()
    this.#durable = copy(this.#now)
    await this.open()
  }

  async check(t: { deepEqual(a: unknown, b: unknown): void }): Promise<void> {
    await this.checkFinished(t, this.#durable)
    t.deepEqual(this.registry.files, sorted(this.#durable.files))
    t.deepEqual(this.registry.unconfirmed, sorted(this.#durable.journal))
  }

  async checkFinished(t: { deepEqual(a: unknown, b: unknown): void }, { finished } = this.#now): Promise<void> {
    const { identity } = makeFinished(0)
    const found = await this.registry.findFinished(identity.head.hash)
    t.deepEqual(found.map(toText).toSorted(), [...finished.values()].map(toText).toSorted())
  }

  #key(at: number): number | undefined {
    const keys = [...this.#now.files.keys()]
    return keys[at % Math.max(keys.length, 1)]
  }

  #patch(key: number, change: Partial<FileRecord>): void {
    const file = this.#now.files.get(key)
    if (file !== undefined) this.#now.files.set(key, { ...file, ...change })
  }
}

function toText({ path, endedAtMs }: FinishedGeneration): string {
  return `${path} ${endedAtMs}`
}

function copy(state: State): State {
  return { files: new Map(state.files), journal: new Map(state.journal), finished: new Map(state.finished) }
}

function sorted<T>(map: Map<number, T>): T[] {
  return [...map].sort(([a], [b]) => a - b).map(([, value]) => value)
}

async function doAndCheck(t: ExecutionContext, run: Run, list: readonly Step[]): Promise<void> {
  for (const step of list) {
    await run.do(step)
    if (step.kind === 'crash' || step.kind === 'restart') await run.check(t)
    else if (step.kind === 'finish') await run.checkFinished(t)
  }
}

test('after any list of steps, crashes and restarts, the registry has what was made durable', async t => {
  await fc.assert(
    fc.asyncProperty(steps, async list => {
      const run = new Run(await makeTempDir(t))
      await run.open()
      try {
        await doAndCheck(t, run, [...list, { kind: 'crash', at: 0 }, { kind: 'restart', at: 0 }])
      } finally {
        await run.registry.close()
      }
    }),
    { numRuns: 25 },
  )
})
