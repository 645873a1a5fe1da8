import { HOUR_MS, MINUTE_MS } from '../../../flow/time-units.ts'
import type { Log } from '../../../telemetry/log.ts'
import type { OWN_WIRE_FORM } from '../../wire/frames.ts'

/** In which form a connection carries events: `forwarder/1`, our own, or J and D frames, as all receivers read them. */
export type WireForm = typeof OWN_WIRE_FORM | 'lumberjack'

/** The answer of a server that knows only other names than ours (RFC 7301); OpenSSL's name of it. */
const REFUSAL_CODE = 'ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL'
/** The server, or something on the way, ended the connection. */
const END_CODES: ReadonlySet<string> = new Set(['ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'])

/** How long a server is not asked again that refused the offer. */
const REFUSED_MS = 4 * HOUR_MS
/** The same for one that ended the handshake and took the next one without the offer: chance may have a part in it. */
const SUSPECTED_MS = HOUR_MS / 2
/** How long ends are not put down to the offer, after a handshake that failed without it just as well. */
const INNOCENT_MS = MINUTE_MS
/** Addresses come and go. */
const MAX_SERVERS = 1000

interface Experience {
  readonly untilMs: number
  /** Otherwise the offer is not made. */
  readonly isInnocent: boolean
}

export interface WireFormOffersOptions {
  readonly log: Log
  readonly now: () => number
}

/** Which servers are offered our own wire form, in the handshake of TLS: some end a handshake in which something is offered. */
export class WireFormOffers {
  readonly #options: WireFormOffersOptions
  /** By the server's name and address: another address may be another program. */
  readonly #experiences = new Map<string, Experience>()

  constructor(options: WireFormOffersOptions) {
    this.#options = options
  }

  isMadeTo(server: string): boolean {
    return this.#find(server)?.isInnocent !== false
  }

  /** True where a handshake that failed with the offer is to be tried again at once without it. */
  mayBeRefused(server: string, failure: unknown): boolean {
    const code = codeOf(failure)
    if (code === REFUSAL_CODE) return true
    return END_CODES.has(code) && this.#find(server)?.isInnocent !== true
  }

  /** The handshake without the offer succeeded, right after `failure` with it. */
  noteRefused(server: string, failure: unknown): void {
    const isCertain = codeOf(failure) === REFUSAL_CODE
    const untilMs = this.#options.now() + (isCertain ? REFUSED_MS : SUSPECTED_MS)
    this.#remember(server, { untilMs, isInnocent: false })
    const reason = isCertain ? 'it answered that it does not know it' : 'it ended the handshake with the offer only'
    this.#options.log.info({ server, reason }, 'the server does not take our own wire form; sending as to any receiver')
  }

  /** The handshake without the offer failed as well. */
  noteInnocent(server: string): void {
    this.#remember(server, { untilMs: this.#options.now() + INNOCENT_MS, isInnocent: true })
  }

  #find(server: string): Experience | undefined {
    const experience = this.#experiences.get(server)
    return experience !== undefined && this.#options.now() < experience.untilMs ? experience : undefined
  }

  #remember(server: string, experience: Experience): void {
    this.#experiences.delete(server)
    this.#experiences.set(server, experience)
    const [oldest] = this.#experiences.keys()
    if (this.#experiences.size > MAX_SERVERS && oldest !== undefined) this.#experiences.delete(oldest)
  }
}

function codeOf(failure: unknown): string {
  const cause = failure instanceof Error ? failure.cause : undefined
  return cause instanceof Error && 'code' in cause ? String(cause.code) : ''
}
