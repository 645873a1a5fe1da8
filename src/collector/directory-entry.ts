import { isDeepStrictEqual } from 'node:util'
import type { Registration } from '../discovery/registration.ts'
import { wait } from '../flow/backoff.ts'
import { type Announcement, announce } from './announce.ts'

/** So long an etcd that does not answer holds up a change. */
const PATIENCE_MS = 3000

/** Keeps the collector in the directory: a changed entry takes the place of the earlier one without a gap. */
export class Announcer {
  readonly #constants: Omit<Announcement, 'etcd' | 'what'>
  #what: Announcement['what'] | undefined
  #registration: Registration | undefined
  /** One change after the other: a stop may come in the middle of one. */
  #busy: Promise<void> = Promise.resolve()

  constructor(constants: Omit<Announcement, 'etcd' | 'what'>) {
    this.#constants = constants
  }

  status(): ReturnType<Registration['status']> | undefined {
    return this.#registration?.status()
  }

  async change(etcd: Announcement['etcd'], what: Announcement['what']): Promise<void> {
    await this.#next(async () => {
      if (isDeepStrictEqual(what, this.#what)) return
      const before = this.#registration
      if (before !== undefined) await atMost(PATIENCE_MS, before.halt())
      this.#registration = await announce({ ...this.#constants, etcd, what })
      this.#what = what
      if (before !== undefined) await atMost(PATIENCE_MS, this.#registration.written)
      await before?.leave()
    })
  }

  /** Takes the collector out of the directory, as far as etcd can be reached. */
  async leave(): Promise<void> {
    await this.#next(async () => {
      await this.#registration?.leave()
      this.#registration = undefined
      this.#what = undefined
    })
  }

  async #next(step: () => Promise<void>): Promise<void> {
    const turn = this.#busy.then(step)
    this.#busy = turn.catch(() => {}) // whoever asked for it is told
    await turn
  }
}

async function atMost(milliseconds: number, promise: Promise<void>): Promise<void> {
  const over = new AbortController()
  await Promise.race([promise, wait(milliseconds, over.signal)])
  over.abort()
}
