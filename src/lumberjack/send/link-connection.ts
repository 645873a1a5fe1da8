import { explainFailure } from '../../tls/explain.ts'
import { WindowExchange } from './window-exchange.ts'
import type { Connection } from './servers/dial.ts'
import type { LinkLoad } from './queue/link-load.ts'
import type { LinkContext } from './link-context.ts'
import { LinkError } from './servers/link-error.ts'
import { type ServerAddress, nameOf } from './servers/server-address.ts'

/** How a connection ended; `fruitless`: in good order, and without an acked window. */
export type Outcome = 'idle' | 'fruitless' | 'failed'

export interface LinkConnectionOptions {
  readonly context: LinkContext
  readonly load: LinkLoad
  readonly onAcked: () => void
  /** It was lost, for this reason. */
  readonly onLost: (reason: string) => void
  /** Ends it at once. */
  readonly closing: AbortSignal
}

/** Whoever closes so soon after the connection came about, refuses us. */
const CLOSED_AT_ONCE_MS = 2000

/** One connection to one server, from its first window to its last ack. */
export class LinkConnection {
  readonly server: ServerAddress
  readonly connection: Connection
  readonly sinceMs = Date.now()
  /** When it is old, in milliseconds since 1970: each draws an age of its own. */
  readonly renewAtMs: number
  readonly outcome: Promise<Outcome>
  readonly #options: LinkConnectionOptions
  readonly #conversation: WindowExchange
  readonly #ended = new AbortController()
  #hasProgressed = false
  #isRetired = false

  /** Begins at once. */
  constructor(server: ServerAddress, connection: Connection, options: LinkConnectionOptions) {
    const { context, load } = options
    const { maxConnectionAgeMs } = context.settings
    this.server = server
    this.connection = connection
    this.renewAtMs =
      maxConnectionAgeMs > 0 ? this.sinceMs + maxConnectionAgeMs * (0.75 + 0.5 * context.random()) : Infinity
    this.#options = options
    const { queue, dispatcher, balancer, counts, stallMs, ackDuration } = context
    const { protocol, compressionLevel, host, timeoutMs } = context.settings
    const settings = { protocol, compressionLevel, host, timeoutMs, stallMs, ...(ackDuration && { ackDuration }) }
    const onAcked = (events: number) => this.#noteAck(events)
    this.#conversation = new WindowExchange(connection.socket, {
      ...settings,
      queue,
      dispatcher,
      balancer,
      load,
      counts,
      onAcked,
    })
    this.outcome = this.#run()
  }

  /** Fires when it is over. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  get isRetired(): boolean {
    return this.#isRetired
  }

  lifeSign(): ReturnType<WindowExchange['lifeSign']> {
    return this.#conversation.lifeSign()
  }

  /** It takes no more batches, and ends when what is on the wire is acked. */
  retire(): void {
    if (this.#isRetired || this.ended.aborted) return
    this.#isRetired = true
    this.#options.context.onConnections(-1, 1)
    this.#conversation.retire()
  }

  async #run(): Promise<Outcome> {
    const { context, closing } = this.#options
    context.onConnections(1, 0)
    try {
      await this.#conversation.run(closing)
      if (this.#hasProgressed) return 'idle'
      if (closing.aborted || this.#isRetired || Date.now() - this.sinceMs > CLOSED_AT_ONCE_MS) return 'fruitless'
      throw new LinkError('closed', 'the server closed the connection at once')
    } catch (error) {
      this.#noteLoss(error)
      return 'failed'
    } finally {
      this.#ended.abort()
      if (this.#isRetired) context.onConnections(0, -1)
      else context.onConnections(-1, 0)
    }
  }

  #noteAck(events: number): void {
    this.#hasProgressed = true
    this.#options.context.serverAcks.noteAck(this.server, events)
    this.#options.onAcked()
  }

  #noteLoss(error: unknown): void {
    const { log, settings, counts, serverAcks } = this.#options.context
    const { address } = this.connection
    const { tls, protocol } = settings
    counts.connectionsLost++
    // Who has never confirmed anything may be something else than a collector: that takes an explanation.
    const isKnown = this.#hasProgressed || serverAcks.of(this.server).windowsAcked > 0
    const isSaid = error instanceof LinkError && (error.code !== 'closed' || isKnown)
    const reason = isSaid
      ? error.message
      : explainFailure(error, { ...this.server, address, tls, protocol, step: 'answer' })
    log.warn({ server: nameOf(this.server), address, reason }, 'Read error looking for ack')
    this.#options.onLost(reason)
  }
}
