// Targets that roll over may take the same id once in each generation: docs/delivery.md, "Doubtful events".
import type { StoreEvent } from '../flow/event-batch.ts'
import type { Store, Verdict } from './contract.ts'

/** A store whose target may take an id once in each of several generations. */
export interface RollingStore extends Store {
  /**
   * Finds which of the ids exist in any generation that could have been written since `sinceMs`, in real time. Rejects with an
   * error whose `code` is `forbidden` if the right to read is missing, and `unavailable` if the store does not answer.
   */
  findExisting(ids: readonly string[], sinceMs: number, giveUp: AbortSignal): Promise<ReadonlySet<string>>
}

export interface DoubtLimits {
  /** No first try starts later than this after receipt; events not tried by then are given back. */
  readonly lastTryMs: number
  /** How long after its start a try may still take effect; longer than the request's time limit. */
  readonly tryDeadMs: number
}

export interface AskingOptions extends DoubtLimits {
  /** Called once, when the right to read is missing. */
  readonly onForbidden: () => void
  /** Milliseconds since 1970. */
  readonly now?: () => number
}

/**
 * A store that takes each id once although its target rolls over. An event of which an earlier try may have arrived is
 * *doubtful*: it waits until that try must have ended, is asked for, and is only written if it is missing.
 */
export function askingStore(store: RollingStore, options: AskingOptions): Store {
  return new AskingStore(store, options)
}

type Existing = ReadonlySet<string> | { readonly reason: string }

class AskingStore implements Store {
  readonly name: string
  readonly targetOf?: NonNullable<Store['targetOf']>
  readonly #store: RollingStore
  readonly #options: AskingOptions
  readonly #now: () => number
  /** From when on events of which a try had no answer may be asked for; any other doubtful event waits longer. */
  readonly #askFromMs = new WeakMap<StoreEvent, number>()
  #isForbidden = false

  constructor(store: RollingStore, options: AskingOptions) {
    this.#store = store
    this.#options = options
    this.#now = options.now ?? Date.now
    this.name = store.name
    if (store.targetOf !== undefined) this.targetOf = store.targetOf
  }

  get batchLimits(): Store['batchLimits'] {
    return this.#store.batchLimits
  }

  async write(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<readonly Verdict[]> {
    const verdicts = new Map<StoreEvent, Verdict>()
    const ready = events.filter(event => this.#mayStart(event, verdicts))
    await this.#ask(ready, verdicts, giveUp)
    const missing = ready.filter(event => !verdicts.has(event) && this.#mayStart(event, verdicts))
    if (missing.length > 0 && !giveUp.aborted) {
      const startedMs = this.#now()
      const written = await this.#store.write(missing, giveUp)
      for (const [i, event] of missing.entries()) verdicts.set(event, this.#markDoubt(event, written[i], startedMs))
    }
    return events.map(event => verdicts.get(event) ?? NOT_TRIED)
  }

  async greet(): Promise<string | undefined> {
    return await this.#store.greet?.()
  }

  stalledRequests(): number {
    return this.#store.stalledRequests?.() ?? 0
  }

  async close(): Promise<void> {
    await this.#store.close()
  }

  /** False, with the verdict, if no try of the event may start now. */
  #mayStart(event: StoreEvent, verdicts: Map<StoreEvent, Verdict>): boolean {
    const nowMs = this.#now()
    const { receivedAtMs = nowMs } = event
    const { lastTryMs, tryDeadMs } = this.#options
    const deadMs = receivedAtMs + lastTryMs + tryDeadMs
    const isDoubtful = event.doubtfulSinceMs !== undefined
    // Another collector that asks for the event relies on it.
    if (nowMs > (isDoubtful ? deadMs : receivedAtMs) + lastTryMs) {
      verdicts.set(event, { kind: 'late' })
      return false
    }
    const untilMs = this.#askFromMs.get(event) ?? deadMs
    if (!isDoubtful || nowMs >= untilMs) return true
    const waiting = event.receivedAtMs === undefined ? { ...event, receivedAtMs } : event
    verdicts.set(event, { kind: 'wait', again: { event: waiting, notBeforeMs: untilMs } })
    return false
  }

  /** Gives the verdict on doubtful events that exist, or of which the store does not say whether they do. */
  async #ask(events: readonly StoreEvent[], verdicts: Map<StoreEvent, Verdict>, giveUp: AbortSignal): Promise<void> {
    const doubtful = events.filter(event => event.doubtfulSinceMs !== undefined)
    if (doubtful.length === 0) return
    const existing = await this.#findExisting(doubtful, giveUp)
    for (const event of doubtful) {
      if ('reason' in existing) verdicts.set(event, { kind: 'retry', reason: existing.reason, isDoubtful: false })
      else if (existing.has(event.id)) verdicts.set(event, this.#noteExisting(event))
    }
  }

  async #findExisting(events: readonly StoreEvent[], giveUp: AbortSignal): Promise<Existing> {
    const ids = events.map(({ id }) => id)
    const sinceMs = Math.min(...events.map(({ doubtfulSinceMs = 0 }) => doubtfulSinceMs))
    try {
      return await this.#store.findExisting(ids, sinceMs, giveUp)
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? error.code : undefined
      if (code !== 'forbidden') return { reason: 'the store does not say which doubtful events exist' }
      if (!this.#isForbidden) this.#options.onForbidden()
      this.#isForbidden = true
      return new Set()
    }
  }

  #noteExisting(event: StoreEvent): Verdict {
    const target = this.targetOf?.(event)
    return { kind: 'existed', ...(target !== undefined && { target }) }
  }

  /** A try that may have stored the event makes it doubtful. */
  #markDoubt(event: StoreEvent, verdict: Verdict = NO_ANSWER, startedMs: number): Verdict {
    if ((verdict.kind !== 'retry' && verdict.kind !== 'held') || verdict.isDoubtful !== true) return verdict
    const { doubtfulSinceMs = startedMs, receivedAtMs = startedMs } = event
    const marked = { ...event, doubtfulSinceMs, receivedAtMs }
    const notBeforeMs = startedMs + this.#options.tryDeadMs
    this.#askFromMs.set(marked, notBeforeMs)
    return { ...verdict, again: { event: marked, notBeforeMs } }
  }
}

const NOT_TRIED: Verdict = { kind: 'retry', reason: 'not sent', isDoubtful: false }
const NO_ANSWER: Verdict = { kind: 'retry', reason: 'the answer has no verdict', isDoubtful: true }
