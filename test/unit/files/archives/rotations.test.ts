import { appendFile, copyFile, readFile, rename, rm, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import type { FileGroup } from '../../../../src/files/contract.ts'
import { compress } from '../../../helpers/files/archive-bytes.ts'
import { addsUp } from '../../../helpers/files/byte-account.ts'
import { follow, type Followed } from '../../../helpers/files/followed.ts'
import { MemoryState } from '../../../helpers/files/memory-registry.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

type Step =
  | { readonly do: 'write'; readonly lines: number }
  | {
      readonly do: 'rotate'
      readonly by: 'rename' | 'copytruncate'
      readonly kind: 'gzip' | 'zstd'
      readonly steps: number
    }
  | { readonly do: 'read' | 'send' | 'poll' | 'stop' | 'kill' | 'start' }

const anyStep: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('write' as const), lines: fc.integer({ min: 40, max: 60 }) }),
  fc.record({
    do: fc.constant('rotate' as const),
    by: fc.constantFrom('rename', 'copytruncate'),
    kind: fc.constantFrom('gzip', 'zstd'),
    steps: fc.integer({ min: 1, max: 3 }),
  }),
  fc.record({ do: fc.constantFrom('read', 'send', 'poll', 'stop', 'kill', 'start') }),
)

/** A log that is rotated and compressed, and an agent that follows it. */
class World {
  readonly #t: ExecutionContext
  readonly #dir: string
  readonly #group: Partial<FileGroup>
  #state = new MemoryState()
  readonly #ids = new Map<string, string>()
  #written = 0
  #rotations = 0
  /** Something of the present generation was read. */
  #isKnown = false
  #isRead = false
  #isEmpty = true
  #agent: Followed | undefined

  constructor(t: ExecutionContext, dir: string, group: Partial<FileGroup>) {
    this.#t = t
    this.#dir = dir
    this.#group = group
  }

  async run(step: Step): Promise<void> {
    if (step.do === 'write') await this.#write(step.lines)
    else if (step.do === 'rotate') await this.#rotate(step)
    else if (step.do === 'start') this.#agent ??= this.#start()
    else if (step.do === 'stop') await this.stop()
    else if (step.do === 'poll') await this.#poll()
    else if (step.do === 'kill') await this.#kill()
    else await this.#read(step.do === 'read')
  }

  /** Enough to be recognised by is read before anything else happens. */
  async begin(): Promise<void> {
    await this.#write(60)
    this.#agent = this.#start()
    await this.#read(true)
  }

  async end(): Promise<void> {
    this.#agent ??= this.#start()
    for (let i = 0; i < 8; i++) {
      await this.#read(true)
      this.#agent.pass(15_000)
    }
    const { source } = this.#agent
    if (this.#ids.size !== this.#written)
      throw new Error(`missing ${this.#written - this.#ids.size} of ${this.#written}`)
    addsUp(this.#t, source.status())
    this.#t.is(source.status().bytes.unconfirmed, 0)
    await this.stop()
  }

  /** Its registry is as it was when lines were journaled last. */
  async #kill(): Promise<void> {
    if (this.#agent === undefined) return
    const state = this.#state.afterKill()
    await this.stop()
    this.#state = state
    state.makeDurable()
    if (!this.#isRead) this.#isKnown = false
  }

  async stop(): Promise<void> {
    await this.#agent?.source.close()
    this.#agent = undefined
  }

  get #path(): string {
    return join(this.#dir, 'a.log')
  }

  #start(): Followed {
    return follow(this.#t, this.#dir, { state: this.#state, groups: [this.#group] })
  }

  async #write(lines: number): Promise<void> {
    this.#isEmpty = false
    for (let i = 0; i < lines; i++) await appendFile(this.#path, `line ${this.#written++}, ${Math.random()}\n`)
  }

  /** The collector takes nothing. */
  async #poll(): Promise<void> {
    if (this.#agent === undefined) return
    this.#isKnown = !this.#isEmpty
    await this.#agent.source.poll()
  }

  async #read(isAcked: boolean): Promise<void> {
    if (this.#agent === undefined) return
    this.#isKnown = !this.#isEmpty
    this.#isRead = this.#isKnown
    const batches = await this.#agent.look()
    for (const { runs } of batches) {
      for (const { origin, bytes, ends, offset } of runs) {
        ends.forEach((end, i) => {
          const start = i === 0 ? 0 : ends[i - 1]!
          const text = bytes.toString('utf8', start, end)
          const id = `${origin.fileId}-${offset + start}`
          if ((this.#ids.get(text) ?? id) !== id) throw new Error(`two ids ${text}`)
          this.#ids.set(text, id)
        })
      }
    }
    if (isAcked) this.#agent.ackAll()
  }

  async #rotate({ by, kind, steps }: Step & { do: 'rotate' }): Promise<void> {
    // Without "archives", the archive of a file that the agent never saw is nothing to it.
    if (!this.#isKnown && this.#group.archives !== true) return
    // Nor is there a trace of the truncation of a file that was never read, while the agent is stopped.
    if (by === 'copytruncate' && this.#agent === undefined && !this.#isRead) return
    const ending = kind === 'gzip' ? 'gz' : 'zst'
    const rotated = join(this.#dir, `a.log-${20261100 + ++this.#rotations}`)
    if (by === 'rename') await rename(this.#path, rotated).catch(() => {})
    else await copyFile(this.#path, rotated).catch(() => {})
    if (by === 'copytruncate') await truncate(this.#path).catch(() => {})
    this.#isKnown = false
    this.#isRead = false
    this.#isEmpty = true
    await this.#read(false)
    const bytes = await readFile(rotated).catch(() => undefined)
    if (bytes === undefined) return
    const archive = `${rotated}.${ending}`
    const compressed = compress(bytes, kind)
    for (let i = 0; i < steps; i++) {
      await writeFile(archive, compressed.subarray(0, Math.ceil((compressed.length * (i + 1)) / steps)))
      if (i < steps - 1) await this.#read(false)
    }
    await rm(rotated)
  }
}

for (const [pattern, archives] of [
  ['a.log', false],
  ['a.log*', false],
  ['a.log*', true],
] as const) {
  test(`each line of a log that is rotated and compressed arrives under one id, with ${pattern} and "archives": ${archives}`, async t => {
    const law = fc.asyncProperty(fc.array(anyStep, { maxLength: 14 }), async steps => {
      const dir = await makeTempDir(t)
      const world = new World(t, dir, { paths: [join(dir, pattern)], archives })
      await world.begin()
      for (const one of steps) await world.run(one)
      await world.end()
    })
    await t.notThrowsAsync(() => fc.assert(law, { numRuns: 60 }))
  })
}
