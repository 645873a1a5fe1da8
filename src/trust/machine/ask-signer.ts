import type { Etcd, Lease } from '../../etcd/contract.ts'
import { wait } from '../../flow/backoff.ts'
import { type Answer, parseAnswer, requestIdOf } from '../request-and-answer.ts'
import { TrustError } from '../contract.ts'

const TTL_SECONDS = 60
const KEEP_ALIVE_MS = 20_000
const FIRST_LOOK_MS = 100
const MAX_LOOK_MS = 5000
/** A signer that was killed may have deleted the request without an answer. */
const FIRST_PUT_AGAIN_MS = 15_000
const MAX_PUT_AGAIN_MS = 300_000

export interface Question {
  readonly etcd: Etcd
  readonly prefix: string
  /** The text that `proof` proves. */
  readonly text: string
  readonly proof: string
  readonly signal: AbortSignal
}

/**
 * Puts a request where the signer looks, and waits for its answer indefinitely. The request vanishes with the process that asks.
 * Rejects with an EtcdError, or with a TrustError (`closed`) when `signal` fires.
 */
export async function askSigner(question: Question): Promise<Answer> {
  const lease = await question.etcd.grantLease(TTL_SECONDS)
  try {
    return await waitForAnswer(question, lease)
  } finally {
    await lease.revoke().catch(() => {}) // it expires within a minute
  }
}

async function waitForAnswer({ etcd, prefix, text, proof, signal }: Question, lease: Lease): Promise<Answer> {
  const id = requestIdOf(text)
  const put = () => etcd.put(`${prefix}/requests/${id}`, JSON.stringify({ body: text, proof }), lease)
  const keep = new Every(KEEP_ALIVE_MS, KEEP_ALIVE_MS)
  const putAgain = new Every(FIRST_PUT_AGAIN_MS, MAX_PUT_AGAIN_MS)
  await put()
  for (let pauseMs = FIRST_LOOK_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, MAX_LOOK_MS)) {
    const value = await etcd.get(`${prefix}/answers/${id}`)
    const answer = value === undefined ? undefined : parseAnswer(value)
    if (answer !== undefined) return answer
    await wait(pauseMs, signal)
    if (keep.isDue()) await lease.keepAlive()
    if (putAgain.isDue()) await put()
  }
  throw new TrustError('closed', 'the enrolment was closed before the signer answered')
}

/** Due after a time that doubles up to a limit. */
class Every {
  readonly #mostMs: number
  #periodMs: number
  #dueAtMs: number

  constructor(firstMs: number, mostMs: number) {
    this.#periodMs = firstMs
    this.#mostMs = mostMs
    this.#dueAtMs = performance.now() + firstMs
  }

  isDue(): boolean {
    if (performance.now() < this.#dueAtMs) return false
    this.#periodMs = Math.min(this.#periodMs * 2, this.#mostMs)
    this.#dueAtMs = performance.now() + this.#periodMs
    return true
  }
}
