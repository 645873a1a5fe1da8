import type { ExecutionContext } from 'ava'
import type { TrackedBatch } from '../../../src/registry/contract.ts'
import { checkAccount } from './byte-account.ts'
import { follow, type Followed, type FollowOptions, takeReady } from './followed.ts'
import { MemoryRegistry, MemoryState } from './memory-registry.ts'

interface Options<Arrived> {
  readonly dir: string
  /** Of the next run. */
  readonly following: () => Omit<FollowOptions, 'registry' | 'state'>
  readonly read: (batch: TrackedBatch) => readonly Arrived[]
}

/** A files source over several runs, whose batches are journaled; what comes again in them has to be what came. */
export class JournaledRuns<Arrived extends { readonly id: string }> {
  readonly #t: ExecutionContext
  readonly #options: Options<Arrived>
  readonly #arrived = new Map<string, Arrived>()
  #state = new MemoryState()
  #registry = new MemoryRegistry(this.#state)
  #unacked: TrackedBatch[] = []
  #followed: Followed
  hasResent = false

  constructor(t: ExecutionContext, options: Options<Arrived>) {
    this.#t = t
    this.#options = options
    this.#followed = this.#start()
  }

  /** Each once, in the order in which they came first. */
  get arrived(): readonly Arrived[] {
    return [...this.#arrived.values()]
  }

  /** Moves the clock on. */
  pass(milliseconds: number): void {
    this.#followed.pass(milliseconds)
  }

  async look(): Promise<void> {
    await this.#followed.source.poll()
    for (const batch of await takeReady(this.#followed.source)) {
      await this.#registry.journal(batch)
      this.#unacked.push(batch)
      for (const one of this.#options.read(batch)) this.#take(one)
    }
  }

  /** The oldest batches. */
  async ack(count: number): Promise<void> {
    for (const batch of this.#unacked.splice(0, count)) await this.#followed.source.commit(batch)
  }

  /** The next run begins with what the last one had on disk: all of it, or what a kill leaves. */
  async startAgain(how: 'restart' | 'kill'): Promise<void> {
    const state = how === 'kill' ? this.#state.afterKill() : this.#state.copy()
    await this.#followed.source.close()
    state.makeDurable()
    this.#state = state
    this.#registry = new MemoryRegistry(state)
    this.#unacked = []
    this.#followed = this.#start()
  }

  /** Throws where the account of this run does not add up. */
  account(): ReturnType<typeof checkAccount> {
    return checkAccount(this.#followed.source.status())
  }

  #start(): Followed {
    return follow(this.#t, this.#options.dir, { ...this.#options.following(), registry: this.#registry })
  }

  #take(one: Arrived): void {
    const earlier = this.#arrived.get(one.id)
    if (earlier !== undefined) {
      this.hasResent = true
      this.#t.deepEqual(one, earlier)
    }
    this.#arrived.set(one.id, one)
  }
}
