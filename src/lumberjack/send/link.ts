import { performance } from 'node:perf_hooks'
import { Backoff, wait } from '../../flow/backoff.ts'
import { Bell } from '../../flow/wake-up-bell.ts'
import { formatAddress } from '../../flow/host-port.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { LinkConnection, type Outcome } from './link-connection.ts'
import type { LinkContext } from './link-context.ts'
import { type LinkRecord, MIN_WAIT_SHARE } from './link-track-record.ts'
import type { LinkState, LinkStatus } from './publisher-contract.ts'
import type { LinkLoad } from './queue/link-load.ts'
import { MAX_TIMER_MS, waitForRenewal } from './connection-renewal.ts'
import { dial } from './servers/dial.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { ServerChoice } from './servers/server-choice.ts'

export interface LinkOptions {
  readonly context: LinkContext
  readonly choice: ServerChoice
  readonly load: LinkLoad
  readonly record: LinkRecord
}

/** One connection after the other to one collector at a time: connect, speak until it ends, wait, again. */
export class Link {
  readonly #options: LinkOptions
  /** Not the record's: the connection to be renewed works, and its acks must not shorten the waits between attempts. */
  readonly #renewalBackoff: Backoff
  /** Fires when there is to be no new connection. */
  readonly #leaving = new AbortController()
  /** The current one, and those that it has replaced and that still wait for acks. */
  readonly #connections = new Set<LinkConnection>()
  #server: ServerAddress | undefined
  #state: LinkState = { kind: 'connecting' }
  #sinceMs = Date.now()

  constructor(options: LinkOptions) {
    const { times, dialing } = options.context
    this.#options = options
    this.#renewalBackoff = new Backoff(times.backoff, dialing.random, MIN_WAIT_SHARE)
  }

  /** Resolves once the link is closed; nothing that a server does can make it reject. */
  async run(): Promise<void> {
    const { choice, context } = this.#options
    const leaving = this.#leaving.signal
    while (!leaving.aborted) {
      const server = choice.next()
      if (server === undefined) {
        this.#server = undefined
        await this.#waitForNews(MAX_TIMER_MS)
        continue
      }
      this.#show(server, { kind: 'connecting' })
      const connection = await this.#connect(server, leaving)
      const outcome = connection === undefined ? 'failed' : await this.#attend(connection)
      if (leaving.aborted) break
      if (outcome !== 'idle') await this.#backOff()
      if (outcome !== 'failed') {
        this.#enter({ kind: 'resting' })
        await context.queue.wait(leaving)
      }
    }
    await Promise.all([...this.#connections].map(({ outcome }) => outcome))
    this.#enter({ kind: 'closed' })
  }

  /** Takes no more batches; `run` resolves when the windows on the wire are acked or lost. */
  retire(): void {
    this.#leaving.abort()
    for (const connection of this.#connections) connection.retire()
    if (this.#connections.size > 0) this.#enter({ kind: 'retiring' })
  }

  close(): void {
    this.#leaving.abort()
    for (const connection of this.#connections) connection.close()
  }

  /** Undefined as long as it has no server to be a link to. */
  status(): LinkStatus | undefined {
    if (this.#server === undefined) return undefined
    const { load, context, record } = this.#options
    const ackMs = load.ackTime.recentMs
    const connection = [...this.#connections].findLast(({ isRetired }) => !isRetired)
    return {
      server: formatAddress(this.#server),
      state: this.#state,
      sinceMs: this.#sinceMs,
      ...context.totals.serverAcks.of(this.#server),
      ...(ackMs !== undefined && { ackMs }),
      ...(connection && { connectedSinceMs: connection.sinceMs }),
      ...(record.lastError !== undefined && { lastError: record.lastError }),
    }
  }

  /** Those of its connections; connecting, and waiting for acks, have limits of their own. */
  lifeSigns(): readonly LifeSign[] {
    const server = this.#server ? formatAddress(this.#server) : ''
    return [...this.#connections].map(connection => {
      const part = `the connection to ${server} of ${connection.sinceMs}`
      return { part, mayWaitForFiles: true, ...connection.lifeSign() }
    })
  }

  /** Through all renewals, until a connection ends that nothing replaces. */
  async #attend(first: LinkConnection): Promise<Outcome> {
    const { context, load } = this.#options
    if (context.settings.balance === 'all') load.startSlowly()
    else load.forgetAckTime()
    context.balancer.connect(load, performance.now())
    let connection = first
    for (let next = await this.#replace(first); next !== undefined; next = await this.#replace(next)) {
      connection.retire()
      connection = next
    }
    const outcome = await connection.outcome
    load.disconnect()
    return outcome
  }

  /** The next connection, made before this one is retired; undefined when this one has ended or is to end without. */
  async #replace(connection: LinkConnection): Promise<LinkConnection | undefined> {
    const over = AbortSignal.any([connection.ended, this.#leaving.signal])
    while (!over.aborted) {
      const next = await this.#renew(connection, over)
      if (next !== undefined) {
        this.#renewalBackoff.reset()
        return next
      }
      await wait(this.#renewalBackoff.nextMs(), over)
    }
    return undefined
  }

  /** Waits until the connection is to be renewed, and tries to once. */
  async #renew(connection: LinkConnection, over: AbortSignal): Promise<LinkConnection | undefined> {
    const { choice, context } = this.#options
    const reason = await waitForRenewal(connection, this.#options, over)
    const server = reason && choice.next()
    if (server === undefined) return undefined
    const names = { server: formatAddress(connection.server), next: formatAddress(server) }
    context.log.debug({ ...names, reason }, 'renewing a connection')
    return this.#connect(server, over)
  }

  async #connect(server: ServerAddress, signal: AbortSignal): Promise<LinkConnection | undefined> {
    const { context, load, record } = this.#options
    const { log, dialing, settings, totals } = context
    const name = formatAddress(server)
    log.info({ server: name }, 'Connecting to')
    try {
      const isKnown = totals.serverAcks.of(server).windowsAcked > 0
      const dialled = await dial(server, { ...dialing, isKnown }, signal)
      const { address, form } = dialled
      totals.counts.connectionsMade++
      this.#show(server, { kind: 'connected', address, isSecure: settings.tls !== undefined, form })
      log.info({ server: name, address, form }, 'Connected to')
      return this.#keep(new LinkConnection(server, dialled, { context, load, record }))
    } catch (error) {
      if (signal.aborted) return undefined
      const reason = reasonOf(error)
      record.noteConnectFailure(server, reason)
      log.warn({ server: name, reason }, toFailureMessage(error))
      return undefined
    }
  }

  #keep(connection: LinkConnection): LinkConnection {
    this.#connections.add(connection)
    void connection.outcome.then(() => this.#connections.delete(connection))
    if (this.#leaving.signal.aborted) connection.retire()
    return connection
  }

  /** A list that has changed shortens the wait: there may be a server now that works. */
  async #backOff(): Promise<void> {
    const { context, record } = this.#options
    const waitMs = record.nextWaitMs()
    this.#enter({ kind: 'backing_off', waitMs })
    const hasNews = await this.#waitForNews(waitMs)
    const shortMs = context.times.backoff.firstMs * context.dialing.random()
    if (hasNews) await wait(Math.min(waitMs, shortMs), this.#leaving.signal)
  }

  /** Resolves with true when the list of servers has changed; with false when the time is over or the link is to end. */
  async #waitForNews(milliseconds: number): Promise<boolean> {
    const changed = new Bell()
    let hasNews = false
    const stopListening = this.#options.context.servers.onChange(() => {
      hasNews = true
      changed.ring()
    })
    await changed.wait(this.#leaving.signal, milliseconds)
    stopListening()
    return hasNews
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

/** The words that operators search for in logstash-forwarder's log. */
function toFailureMessage(error: unknown): string {
  if (!(error instanceof TlsError)) return 'Failure connecting to'
  return error.code === 'files' ? 'Failed to load certificates' : 'Failed to tls handshake with'
}
