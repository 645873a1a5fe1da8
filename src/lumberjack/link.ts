import type { Backoff } from '../flow/backoff.ts'
import { wait } from '../flow/backoff.ts'
import { explainFailure } from '../tls/explain.ts'
import { TlsError } from '../tls/tls-error.ts'
import { type ConversationOptions, converse } from './conversation.ts'
import { type Connection, type DialOptions, dial } from './dial.ts'
import { LinkError } from './link-error.ts'
import type { LinkState, LinkStatus, PublisherOptions, ServerAddress } from './publisher-contract.ts'
import type { ServerRing } from './server-ring.ts'

export interface LinkOptions {
  readonly servers: ServerRing
  readonly backoff: Backoff
  readonly dialing: DialOptions
  readonly conversation: Omit<ConversationOptions, 'onAcked'>
  readonly log: PublisherOptions['log']
  readonly tls: PublisherOptions['tls']
}

/** How one connection went. */
type Outcome = 'idle' | 'failed'

/** Whoever closes so soon after the connection came about, refuses us. */
const CLOSED_AT_ONCE_MS = 2000

/** One connection after the other to one collector at a time: connect, speak until it ends, wait, again. */
export class Link {
  readonly #options: LinkOptions
  readonly #closing = new AbortController()
  #state: LinkState = { kind: 'connecting' }
  #sinceMs = Date.now()
  #lastError: string | undefined
  #hasProgressed = false

  constructor(options: LinkOptions) {
    this.#options = options
  }

  /** Resolves once the link is closed; nothing that a server does can make it reject. */
  async run(): Promise<void> {
    const { servers, backoff, conversation } = this.#options
    const closing = this.#closing.signal
    while (!closing.aborted) {
      const outcome = await this.#visit(servers.current, closing)
      if (closing.aborted) break
      if (outcome === 'failed') servers.moveOn()
      if (outcome === 'failed' || !this.#hasProgressed) await this.#backOff(backoff.next(), closing)
      if (outcome === 'idle') await this.#rest(conversation.queue, closing)
    }
    this.#enter({ kind: 'closed' })
  }

  /** Ends the connection; `run` resolves soon after. */
  close(): void {
    this.#closing.abort()
  }

  status(): LinkStatus {
    const error = this.#lastError === undefined ? {} : { lastError: this.#lastError }
    return { server: nameOf(this.#options.servers.current), state: this.#state, sinceMs: this.#sinceMs, ...error }
  }

  async #visit(server: ServerAddress, closing: AbortSignal): Promise<Outcome> {
    this.#hasProgressed = false
    const connection = await this.#connect(server, closing)
    if (connection === undefined) return 'failed'
    const startMs = Date.now()
    try {
      await converse(connection.socket, { ...this.#options.conversation, onAcked: () => this.#noteAck() }, closing)
      if (closing.aborted || this.#hasProgressed || Date.now() - startMs > CLOSED_AT_ONCE_MS) return 'idle'
      throw new LinkError('closed', 'the server closed the connection at once')
    } catch (error) {
      this.#noteLoss(error, server, connection)
      return 'failed'
    }
  }

  async #connect(server: ServerAddress, closing: AbortSignal): Promise<Connection | undefined> {
    const { log, dialing, tls, conversation } = this.#options
    this.#enter({ kind: 'connecting' })
    log.info({ server: nameOf(server) }, 'Connecting to')
    try {
      const connection = await dial(server, dialing, closing)
      const { address } = connection
      conversation.counts.connectionsMade++
      this.#enter({ kind: 'connected', address, isSecure: tls !== undefined })
      log.info({ server: nameOf(server), address }, 'Connected to')
      return connection
    } catch (error) {
      if (closing.aborted) return undefined
      conversation.counts.connectFailures++
      this.#lastError = reasonOf(error)
      log.warn({ server: nameOf(server), reason: this.#lastError }, failureMessage(error))
      return undefined
    }
  }

  async #backOff(waitMs: number, closing: AbortSignal): Promise<void> {
    this.#enter({ kind: 'backing_off', waitMs })
    await wait(waitMs, closing)
  }

  async #rest(queue: ConversationOptions['queue'], closing: AbortSignal): Promise<void> {
    this.#enter({ kind: 'resting' })
    await queue.wait(closing)
  }

  #noteAck(): void {
    this.#hasProgressed = true
    this.#lastError = undefined
    this.#options.backoff.reset()
  }

  #noteLoss(error: unknown, server: ServerAddress, { address }: Connection): void {
    const { log, tls, conversation } = this.#options
    conversation.counts.connectionsLost++
    const isSaid = error instanceof LinkError && (error.code !== 'closed' || this.#hasProgressed)
    this.#lastError = isSaid ? error.message : explainFailure(error, { ...server, address, tls, step: 'answer' })
    log.warn({ server: nameOf(server), address, reason: this.#lastError }, 'Read error looking for ack')
  }

  #enter(state: LinkState): void {
    this.#state = state
    this.#sinceMs = Date.now()
  }
}

function nameOf({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** The words that people look for in logstash-forwarder's log. */
function failureMessage(error: unknown): string {
  if (!(error instanceof TlsError)) return 'Failure connecting to'
  return error.code === 'files' ? 'Failed to load certificates' : 'Failed to tls handshake with'
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
