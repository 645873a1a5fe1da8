import { isDeepStrictEqual } from 'node:util'
import type { LifeSign } from '../../flow/life-sign.ts'
import { Turns } from '../../flow/task-turns.ts'
import { type FreshTlsServer, type ServerOptions, createTlsServer } from '../../tls/server-tls.ts'
import { OWN_WIRE_FORM } from '../wire/frames.ts'
import { Admission } from './admission.ts'
import { Listeners } from './listeners.ts'
import {
  type ListenAddress,
  type ReceiverOptions,
  type ReceiverSettings,
  type ReceiverStatus,
  resolveLimits,
} from './receiver-contract.ts'
import { type ReceiverContext, changeContext, createReceiverContext } from './receiver-context.ts'

/** Starts a receiver. Rejects when it cannot listen or has no certificate. */
export async function startReceiver(options: ReceiverOptions): Promise<Receiver> {
  const receiver = new Receiver(options)
  await receiver.reconfigure(options)
  return receiver
}

/** Listens for Lumberjack clients and hands their events to the sink. Made by `startReceiver`. */
export class Receiver {
  readonly #stop = new AbortController()
  readonly #drain = new AbortController()
  readonly #giveUp = new AbortController()
  readonly #admission: Admission
  readonly #listeners: Listeners
  readonly #turns = new Turns()
  #context: ReceiverContext
  #tls: FreshTlsServer | undefined
  /** The settings that `#tls` was made of. */
  #tlsTerms: unknown

  constructor(options: ReceiverOptions) {
    const signals = { stop: this.#stop.signal, giveUp: this.#giveUp.signal, drain: this.#drain.signal }
    this.#context = createReceiverContext(options, signals)
    this.#admission = new Admission(this.#context)
    this.#listeners = new Listeners(socket => this.#admission.admit(socket))
  }

  get addresses(): readonly ListenAddress[] {
    return this.#listeners.addresses
  }

  status(): ReceiverStatus {
    const { counts, account } = this.#context
    return { ...counts, connections: this.#admission.connections, bytesInFlight: account.heldBytes }
  }

  lifeSigns(): readonly LifeSign[] {
    const { counts, account, lifeSigns, workers } = this.#context
    const { isDue } = account
    const memory = { part: "the receiver's memory", steps: counts.bytes, isDue }
    return [memory, workers.lifeSign(), ...[...lifeSigns].map(ask => ask())]
  }

  /**
   * Applies the difference: listeners come and go, and everything else holds for new connections, while open ones stay
   * as they are. Rejects, and changes nothing, where it cannot listen on an address or cannot use the TLS files.
   */
  async reconfigure(settings: ReceiverSettings): Promise<void> {
    await this.#turns.run(() => this.#change(settings))
  }

  /**
   * Stops listening, and lets the clients finish: each connection is closed between two windows, after its acks; a
   * client inside a window has `drainMs` for it. Resolves when all are closed. `close` is still to be called.
   */
  async drain(): Promise<void> {
    this.#listeners.stop()
    this.#drain.abort()
    await this.#admission.waitForEnd()
  }

  /**
   * Stops listening and reading. Resolves once everything in flight is acked, or `giveUp` has fired, and all sockets
   * are closed.
   */
  async close(giveUp?: AbortSignal): Promise<void> {
    if (giveUp?.aborted === true) this.#giveUp.abort()
    giveUp?.addEventListener('abort', () => this.#giveUp.abort(), { once: true })
    this.#listeners.stop()
    this.#stop.abort()
    await this.#admission.close()
    this.#tls?.close()
    await this.#context.workers.close()
  }

  get #isLeaving(): boolean {
    return this.#stop.signal.aborted || this.#drain.signal.aborted
  }

  /** First everything that can fail, and then, without a wait, everything that clients notice. */
  async #change(settings: ReceiverSettings): Promise<void> {
    if (this.#isLeaving) return
    const { handshakeMs } = resolveLimits(settings.limits)
    const protocol = settings.wireForm === 'lumberjack' ? undefined : OWN_WIRE_FORM
    const terms = { tls: settings.tls, handshakeMs, protocol }
    const isSameTls = isDeepStrictEqual(terms, this.#tlsTerms)
    if (isSameTls) await this.#tls?.refresh()
    const tls = isSameTls ? this.#tls : await this.#openTls(settings.tls, { handshakeTimeoutMs: handshakeMs, protocol })
    const abandonTls = () => void (isSameTls || tls?.close())
    const listening = await this.#listeners.prepare(settings.listen).catch((error: unknown) => {
      abandonTls()
      throw error
    })
    if (this.#isLeaving) {
      await listening.undo()
      this.#listeners.stop()
      abandonTls()
      return
    }
    if (!isSameTls) this.#tls?.close()
    this.#tls = tls
    this.#tlsTerms = terms
    this.#context = changeContext(this.#context, settings)
    this.#admission.change(this.#context, tls)
    listening.commit()
  }

  async #openTls(tls: ReceiverSettings['tls'], options: ServerOptions): Promise<FreshTlsServer | undefined> {
    if (tls === undefined) return undefined
    return await createTlsServer(tls, this.#context.log, options)
  }
}
