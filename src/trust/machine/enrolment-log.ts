import type { X509Certificate } from 'node:crypto'
import { EtcdError } from '../../etcd/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import { titleOf } from '../../tls/certificate-names.ts'
import { isExpired, renewAtMs } from './identity.ts'
import type { Expected } from './identity.ts'
import type { Trust } from '../trust-document.ts'

/** The signer issues it at least hourly. */
const OLD_TRUST_MS = 3 * 3_600_000

/** Whoever may write to etcd says what is refused, and could go on for ever. */
const MAX_TOLD = 100

/** What an enrolment tells: each thing once, until it has changed. */
export class EnrolmentLog {
  readonly #log: Log
  readonly #expected: Expected
  #told = new Set<string>()

  constructor(log: Log, expected: Expected) {
    this.#log = log
    this.#expected = expected
  }

  has(certificate: X509Certificate, isRenewal: boolean): void {
    this.#told = new Set()
    const fields = {
      name: this.#expected.name,
      serial: certificate.serialNumber,
      until: certificate.validToDate.toISOString(),
      renewAt: new Date(renewAtMs(certificate)).toISOString(),
      authority: titleOf(certificate.issuer),
    }
    this.#log.info(fields, isRenewal ? 'the certificate was renewed' : 'this machine has joined: it got a certificate')
  }

  refused(reason: string): void {
    const fields = { name: this.#expected.name, reason, remedy: remedyFor(this.#expected) }
    this.#once(reason, () => this.#log.error(fields, 'no certificate for this machine: a person must act'))
  }

  failed(error: unknown, reason: string): void {
    const isPassing = error instanceof EtcdError && ['unavailable', 'lease_lost'].includes(error.code)
    const key = error instanceof EtcdError ? error.code : reason
    const fields = { name: this.#expected.name, reason }
    this.#once(key, () => this.#log[isPassing ? 'warn' : 'error'](fields, 'no certificate yet: it is asked for again'))
  }

  waits(reason: string | undefined): void {
    const fields = { name: this.#expected.name, reason }
    this.#once(`waits ${reason}`, () => this.#log.info(fields, 'waiting for the authority'))
  }

  isRevoked(serial: string): void {
    const fields = { name: this.#expected.name, serial, remedy: remedyFor(this.#expected) }
    this.#once(serial, () => this.#log.error(fields, "this machine's certificate was revoked"))
  }

  damaged(reason: string): void {
    this.#log.error({ reason }, 'the certificate of this machine can not be used: another one is asked for')
  }

  /** What happens by the passing of time alone. */
  watch(certificate: X509Certificate | undefined, trust: Trust | undefined, nowMs: number): void {
    if (certificate !== undefined && isExpired(certificate, nowMs)) {
      const fields = { name: this.#expected.name, until: certificate.validToDate.toISOString() }
      this.#once('expired', () => this.#log.error(fields, 'the certificate has expired: collectors refuse it'))
    }
    if (trust === undefined) return
    const issuedAt = new Date(trust.issuedAtMs).toISOString()
    const isOld = nowMs - trust.issuedAtMs > OLD_TRUST_MS
    if (isOld)
      this.#once('old', () => this.#log.warn({ issuedAt }, 'the trust document is old: is the signer running?'))
    else this.#told.delete('old')
  }

  /** Times and numbers in it make no difference. */
  #once(what: string, tell: () => void): void {
    const key = what.replaceAll(/\d+/gu, '0')
    if (this.#told.has(key)) return
    if (this.#told.size >= MAX_TOLD) this.#told.clear()
    this.#told.add(key)
    tell()
  }
}

/** The commands that mend it, to be pasted where the authority is. */
export function remedyFor({ kind, name, names }: Expected): string {
  const patterns = (kind === 'agent' ? [name] : names).map(one => ` --name '${one.replaceAll("'", String.raw`'\''`)}'`)
  return `where the authority is: forwarder ca token create --dir DIR --for ${kind}${patterns.join('')}; put what it prints into this machine's token file`
}
