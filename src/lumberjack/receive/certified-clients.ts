import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { PeerGate } from '../../tls/peer-gate.ts'

/** Longer waits are done in parts: a timer cannot do more, and the clock may be set. */
const MAX_WAIT_MS = 3_600_000

const FAULTS = {
  revoked: 'its certificate was revoked',
  untrusted: 'its authority is not trusted any more',
  ended: 'its certificate has ended',
} as const

export interface CertifiedClientsOptions {
  readonly now: () => number
  readonly onCutOff: (socket: TLSSocket, certificate: X509Certificate, fault: string) => void
}

interface Certified {
  readonly certificate: X509Certificate
  timer: NodeJS.Timeout
}

/** Connected clients that showed a certificate: they are cut off as soon as it is not good any more. */
export class CertifiedClients {
  readonly #options: CertifiedClientsOptions
  readonly #clients = new Map<TLSSocket, Certified>()
  /** Undefined while nobody shows a certificate. */
  #gate: PeerGate | undefined
  #ignoreGate = () => {}

  constructor(options: CertifiedClientsOptions) {
    this.#options = options
  }

  /** From now on, for those who are connected too. */
  use(gate: PeerGate | undefined): void {
    this.#ignoreGate()
    this.#gate = gate
    this.#ignoreGate = gate?.onChange(() => this.#look()) ?? (() => {})
    this.#look()
  }

  /** What is wrong with a certificate that was good for the handshake, as a resumed one may be for long. */
  findFault(certificate: X509Certificate): string | undefined {
    const refusal = this.#gate?.isRefused(certificate)
    if (refusal !== undefined) return FAULTS[refusal]
    return this.#restMs(certificate) <= 0 ? FAULTS.ended : undefined
  }

  add(socket: TLSSocket, certificate: X509Certificate): void {
    this.#clients.set(socket, { certificate, timer: this.#watch(socket, certificate) })
    socket.once('close', () => this.#forget(socket))
  }

  close(): void {
    this.#ignoreGate()
    for (const socket of this.#clients.keys()) this.#forget(socket)
  }

  #look(): void {
    for (const [socket, { certificate }] of this.#clients) this.#check(socket, certificate)
  }

  #watch(socket: TLSSocket, certificate: X509Certificate): NodeJS.Timeout {
    const waitMs = Math.min(MAX_WAIT_MS, Math.max(1, this.#restMs(certificate)))
    return setTimeout(() => this.#check(socket, certificate), waitMs).unref()
  }

  #restMs(certificate: X509Certificate): number {
    return (this.#gate?.endsAtMs(certificate) ?? Infinity) - this.#options.now()
  }

  #check(socket: TLSSocket, certificate: X509Certificate): void {
    const client = this.#clients.get(socket)
    if (client === undefined) return
    clearTimeout(client.timer)
    const fault = this.findFault(certificate)
    if (fault === undefined) return void (client.timer = this.#watch(socket, certificate))
    this.#forget(socket)
    this.#options.onCutOff(socket, certificate, fault)
  }

  #forget(socket: TLSSocket): void {
    clearTimeout(this.#clients.get(socket)?.timer)
    this.#clients.delete(socket)
  }
}
