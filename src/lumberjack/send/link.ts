import { performance } from 'node:perf_hooks'
import type { LifeSign } from '../../flow/life-sign.ts'
import { Backoff, wait } from '../../flow/backoff.ts'
import { TlsError } from '../../tls/tls-error.ts'
import type { ServerChoice } from './servers/server-choice.ts'
import { dial } from './servers/dial.ts'
import type { LinkLoad } from './queue/link-load.ts'
import type { LinkContext } from './link-context.ts'
import type { LinkState, LinkStatus } from './publisher-contract.ts'
import { waitForRenewal } from './renewal.ts'
import { type ServerAddress, nameOf } from './servers/server-address.ts'
import { type Outcome, LinkConnection } from './link-connection.ts'
import { reasonOf } from '../../flow/reason.ts'

/** Of a wait; the rest is chance, so that the clients of a server that died don't come to the next one at once. */
const LEAST_SHARE = 0.05
const FOR_EVER_MS = 2 ** 31 - 1

export interface LinkOptions {
  readonly context: LinkContext
  readonly choice: ServerChoice
  readonly load: LinkLoad
}

/** One connection after the other to one collector at a time: connect, speak until it ends, wait, again. */
export class Link {
  readonly #options: LinkOptions
  readonly #backoff: Backoff
  /** Apart: the connection that is to be renewed works, and its acks must not hurry the attempts. */
  readonly #renewalBackoff: Backoff
  readonly #closing = new AbortController()
  readonly #retiring = new AbortController()
  /** No new connection. */
  readonly #leaving = AbortSignal.any([this.#closing.signal, this.#retiring.signal])
  /** The current one, and those that it has replaced and that still wait for acks. */
  readonly #connections = new Set<LinkConnection>()
  #server: ServerAddress | undefined
  #state: LinkState = { kind: 'connecting' }
  #sinceMs = Date.now()
  #lastError: string | undefined

  constructor(options: LinkOptions) {
    const { backoff, random } = options.context
    this.#options = options
    this.#backoff = new Backoff(backoff, random, LEAST_SHARE)
    this.#renewalBackoff = new Backoff(backoff, random, LEAST_SHARE)
  }

  /** Resolves once the link is closed; nothing that a server does can make it reject. */
  async run(): Promise<void> {
    const { choice, context } = this.#options
    while (!this.#leaving.aborted) {
      const server = choice.next()
      if (server === undefined) {
        await this.#waitForServers()
        continue
      }
      this.#show(server, { kind: 'connecting' })
      const visit = await this.#connect(server, this.#leaving)
      const outcome = visit === undefined ? 'failed' : await this.#attend(visit)
      if (this.#leaving.aborted) break
      if (outcome !== 'idle') await this.#backOff()
      if (outcome !== 'failed') {
        this.#enter({ kind: 'resting' })
        await context.queue.wait(this.#leaving)
      }
    }
    await Promise.all([...this.#connections].map(visit => visit.outcome))
    this.#enter({ kind: 'closed' })
  }

  /** Takes no more batches; `run` resolves when what is on the wire is acked or lost. */
  retire(): void {
    this.#retiring.abort()
    for (const visit of this.#connections) visit.retire()
    if (this.#connections.size > 0) this.#enter({ kind: 'retiring' })
  }

  /** Ends the connection; `run` resolves soon after. */
  close(): void {
    this.#closing.abort()
  }

  /** Undefined as long as it has no server to be a link to. */
  status(): LinkStatus | undefined {
    if (this.#server === undefined) return undefined
    const { load, context } = this.#options
    const visit = [...this.#connections].findLast(({ isRetired }) => !isRetired)
    return {
      server: nameOf(this.#server),
      state: this.#state,
      sinceMs: this.#sinceMs,
      ...context.serverAcks.of(this.#server),
      ...(load.ackMs !== undefined && { ackMs: load.ackMs }),
      ...(visit && { connectedSinceMs: visit.sinceMs }),
      ...(this.#lastError !== undefined && { lastError: this.#lastError }),
    }
  }

  /** Of its connections; connecting, and waiting for acks, have limits of their own. */
  lifeSigns(): readonly LifeSign[] {
    const server = this.#server ? nameOf(this.#server) : ''
    return [...this.#connections].map(visit => {
      return { part: `the connection to ${server} of ${visit.sinceMs}`, mayWaitForFiles: true, ...visit.lifeSign() }
    })
  }

  /** Through all renewals, until a connection ends that nothing replaces. */
  async #attend(first: LinkConnection): Promise<Outcome> {
    const { context, load } = this.#options
    if (context.settings.balance === 'all') load.startSlowly()
    else load.ackMs = undefined // perhaps another server
    context.balancer.connect(load, performance.now())
    let visit = first
    for (let next = await this.#replace(visit); next !== undefined; next = await this.#replace(visit)) {
      visit.retire()
      visit = next
    }
    const outcome = await visit.outcome
    context.balancer.disconnect(load)
    return outcome
  }

  /** The next connection, made before this one is let go; undefined when this one has ended or is to end without. */
  async #replace(visit: LinkConnection): Promise<LinkConnection | undefined> {
    const { choice, context } = this.#options
    const over = AbortSignal.any([visit.ended, this.#leaving])
    while (!over.aborted) {
      const reason = await waitForRenewal(visit, this.#options, over)
      const server = reason && choice.next()
      if (server !== undefined) {
        context.log.debug({ server: nameOf(visit.server), next: nameOf(server), reason }, 'a connection is renewed')
        const next = await this.#connect(server, over)
        if (next !== undefined) {
          this.#renewalBackoff.reset()
          return next
        }
      }
      await wait(this.#renewalBackoff.next(), over)
    }
    return undefined
  }

  async #connect(server: ServerAddress, signal: AbortSignal): Promise<LinkConnection | undefined> {
    const { log, dialing, counts, settings } = this.#options.context
    log.info({ server: nameOf(server) }, 'Connecting to')
    try {
      const connection = await dial(server, dialing, signal)
      const { address } = connection
      counts.connectionsMade++
      this.#show(server, { kind: 'connected', address, isSecure: settings.tls !== undefined })
      log.info({ server: nameOf(server), address }, 'Connected to')
      return this.#begin(server, connection)
    } catch (error) {
      if (signal.aborted) return undefined
      counts.connectFailures++
      this.#lastError = reasonOf(error)
      this.#options.choice.failed(server)
      log.warn({ server: nameOf(server), reason: this.#lastError }, failureMessage(error))
      return undefined
    }
  }

  #begin(server: ServerAddress, connection: LinkConnection['connection']): LinkConnection {
    const { context, choice, load } = this.#options
    const visit: LinkConnection = new LinkConnection(server, connection, {
      context,
      load,
      closing: this.#closing.signal,
      onAcked: () => {
        choice.worked(server)
        this.#lastError = undefined
        this.#backoff.reset()
      },
      onLost: reason => {
        choice.failed(server)
        this.#lastError = reason
      },
    })
    this.#connections.add(visit)
    visit.ended.addEventListener('abort', () => this.#connections.delete(visit))
    if (this.#leaving.aborted) visit.retire()
    return visit
  }

  /** A list that has changed shortens the wait: there may be a server now that works. */
  async #backOff(): Promise<void> {
    const { servers, backoff, random } = this.#options.context
    const waitMs = this.#backoff.next()
    this.#enter({ kind: 'backing_off', waitMs })
    const news = new AbortController()
    const stopListening = servers.onChange(() => news.abort())
    await wait(waitMs, AbortSignal.any([this.#leaving, news.signal]))
    stopListening()
    if (news.signal.aborted) await wait(Math.min(waitMs, backoff.firstMs * random()), this.#leaving)
  }

  async #waitForServers(): Promise<void> {
    this.#server = undefined
    const news = new AbortController()
    const stopListening = this.#options.context.servers.onChange(() => news.abort())
    await wait(FOR_EVER_MS, AbortSignal.any([this.#leaving, news.signal]))
    stopListening()
  }

  #show(server: ServerAddress, state: LinkState): void {
    this.#server = server
    this.#enter(state)
  }

  #enter(state: LinkState): void {
    this.#state = state
    this.#sinceMs = Date.now()
  }
}

/** The words that people look for in logstash-forwarder's log. */
function failureMessage(error: unknown): string {
  if (!(error instanceof TlsError)) return 'Failure connecting to'
  return error.code === 'files' ? 'Failed to load certificates' : 'Failed to tls handshake with'
}
