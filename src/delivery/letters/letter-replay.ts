import { wait } from '../../flow/backoff.ts'
import type { Sink } from '../../flow/contract.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import type { EventBatch } from '../../flow/event-batch.ts'
import type { Log } from '../../telemetry/log.ts'
import type { DeadLettersFile } from './dead-letters.ts'
import type { MarkedLetter } from './letter-writer.ts'

const MAX_BATCHES = 4
/** The wait after a batch that could not be delivered. */
const RETRY_MS = 10_000

export interface LetterReplayOptions {
  readonly deadLetters: Pick<DeadLettersFile, 'listenForMarked' | 'takeMarked' | 'removeReplayed'>
  /** Where letters of this target go. */
  readonly sinkOf: (target: string) => Sink<EventBatch>
  /** The index for letters of this target, where the event alone does not choose it. */
  readonly indexOf?: (target: string) => string | undefined
  readonly log: Log
}

/**
 * Delivers the letters that `forwarder dead-letters replay` has marked, as if they had just come. A letter is removed once the
 * store has its event; one that is refused again stays, with the new reason. The ids are those of the first time, so a replay
 * that is broken off and repeated stores nothing twice.
 */
export class LetterReplay {
  readonly #options: LetterReplayOptions
  readonly #closing = new AbortController()
  /** The batches on their way, by sender and target. */
  readonly #busy = new Map<string, Promise<void>>()
  #taking: Promise<void> | undefined

  constructor(options: LetterReplayOptions) {
    this.#options = options
    options.deadLetters.listenForMarked(() => this.#run())
  }

  async close(): Promise<void> {
    this.#closing.abort(new Error('the collector stops; letters that are marked are replayed after its next start'))
    await this.#taking
    await Promise.all(this.#busy.values())
  }

  #run(): void {
    this.#taking ??= this.#takeAll().finally(() => (this.#taking = undefined))
  }

  /** Never rejects. */
  async #takeAll(): Promise<void> {
    try {
      while (await this.#startOne());
    } catch (error) {
      this.#options.log.warn({ error }, 'cannot read the dead letters that are marked for a replay')
    }
  }

  /** False if there is nothing more to start now. */
  async #startOne(): Promise<boolean> {
    if (this.#busy.size >= MAX_BATCHES || this.#closing.signal.aborted) return false
    const taken = await this.#options.deadLetters.takeMarked([...this.#busy.keys()].map(readPair))
    const [first] = taken
    if (first === undefined) return false
    const pair = JSON.stringify([first.sender, first.target])
    this.#busy.set(pair, this.#replay(pair, taken))
    return true
  }

  /** Never rejects. */
  async #replay(pair: string, letters: readonly MarkedLetter[]): Promise<void> {
    const { sinkOf, indexOf, deadLetters, log } = this.#options
    const { signal } = this.#closing
    const { sender, target } = letters[0] as MarkedLetter
    try {
      await sinkOf(target).deliver(toBatch(letters, indexOf?.(target)), signal)
      const { replayed, refused } = await deadLetters.removeReplayed(letters)
      log.info({ sender, target, replayed, refused }, 'dead letters were replayed')
    } catch (error) {
      if (signal.aborted) return
      log.warn({ sender, target, reason: reasonOf(error) }, 'cannot replay dead letters now; trying again')
      await wait(RETRY_MS, signal)
    } finally {
      this.#busy.delete(pair)
      this.#run()
    }
  }
}

function toBatch(letters: readonly MarkedLetter[], reroutedTo: string | undefined): EventBatch {
  const { peer } = letters[0] as MarkedLetter
  const nowMs = Date.now()
  const events = letters.map(({ id, payload, timeMs, receivedAtMs }) => {
    const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength)
    const time = timeMs ?? readTime(bytes) ?? receivedAtMs
    // An earlier try may have stored it in another generation of a target that rolls over.
    const event = { id, timeMs: time, bytes, start: 0, end: bytes.length, receivedAtMs: nowMs }
    return { ...event, doubtfulSinceMs: receivedAtMs, ...(reroutedTo !== undefined && { reroutedTo }) }
  })
  const byteCount = events.reduce((sum, { bytes }) => sum + bytes.length, 0)
  return { events, poison: [], receivedAtMs: nowMs, peer, byteCount }
}

/** Of letters that were kept without the time of their event. */
function readTime(document: Buffer): number | undefined {
  const text = /"@timestamp"\s*:\s*"([^"]+)"/.exec(document.toString('utf8', 0, 4096))?.[1]
  const time = text === undefined ? Number.NaN : Date.parse(text)
  return Number.isNaN(time) ? undefined : time
}

function readPair(pair: string): readonly [string, string] {
  return JSON.parse(pair) as [string, string]
}
