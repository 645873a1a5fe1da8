import type { X509Certificate } from 'node:crypto'
import { EtcdError } from '../../etcd/contract.ts'
import { Once } from '../../flow/log-once.ts'
import { HOUR_MS } from '../../flow/time-units.ts'
import type { Log } from '../../telemetry/log.ts'
import { titleOf } from '../../tls/certificate-names.ts'
import { isExpired, renewAtMs } from './identity.ts'
import type { Expected } from './identity.ts'
import type { Trust } from '../trust-document.ts'

/** The signer issues the document at least hourly. */
const OLD_TRUST_MS = 3 * HOUR_MS

/** The log of an enrolment: each state once, until it has changed. */
export class EnrolmentLog {
  readonly #log: Log
  readonly #expected: Expected
  #once = new Once()

  constructor(log: Log, expected: Expected) {
    this.#log = log
    this.#expected = expected
  }

  noteCertificate(certificate: X509Certificate, isRenewal: boolean): void {
    this.#once = new Once()
    const fields = {
      name: this.#expected.name,
      serial: certificate.serialNumber,
      until: certificate.validToDate.toISOString(),
      renewAt: new Date(renewAtMs(certificate)).toISOString(),
      authority: titleOf(certificate.issuer),
    }
    this.#log.info(fields, isRenewal ? 'the certificate was renewed' : 'this machine has joined: it got a certificate')
  }

  noteRefusal(reason: string): void {
    const fields = { name: this.#expected.name, reason, remedy: remedyFor(this.#expected) }
    if (!this.#isNew(reason)) return
    this.#log.error(fields, 'the signer refuses this machine a certificate; a person must act')
  }

  noteFailure(error: unknown, reason: string): void {
    const isPassing = error instanceof EtcdError && ['unavailable', 'lease_lost'].includes(error.code)
    const key = error instanceof EtcdError ? error.code : reason
    const fields = { name: this.#expected.name, reason }
    if (this.#isNew(key)) this.#log[isPassing ? 'warn' : 'error'](fields, 'no certificate yet; requesting it again')
  }

  noteWait(reason: string | undefined): void {
    const fields = { name: this.#expected.name, reason }
    if (this.#isNew(`waits ${reason}`)) this.#log.info(fields, 'waiting for the authority')
  }

  noteRevoked(serial: string): void {
    const fields = { name: this.#expected.name, serial, remedy: remedyFor(this.#expected) }
    if (this.#isNew(serial)) this.#log.error(fields, "this machine's certificate was revoked")
  }

  noteDamage(reason: string): void {
    this.#log.error({ reason }, "this machine's certificate cannot be used; requesting another one")
  }

  /** Logs what the passing of time alone changes. */
  noteTime(certificate: X509Certificate | undefined, trust: Trust | undefined, nowMs: number): void {
    if (certificate !== undefined && isExpired(certificate, nowMs)) {
      const fields = { name: this.#expected.name, until: certificate.validToDate.toISOString() }
      if (this.#isNew('expired')) this.#log.error(fields, 'the certificate has expired: collectors refuse it')
    }
    if (trust === undefined) return
    const issuedAt = new Date(trust.issuedAtMs).toISOString()
    const isOld = nowMs - trust.issuedAtMs > OLD_TRUST_MS
    if (!isOld) this.#once.forget('old')
    else if (this.#isNew('old')) this.#log.warn({ issuedAt }, 'the trust document is old: is the signer running?')
  }

  /** Times and numbers in a reason make no difference. */
  #isNew(reason: string): boolean {
    return this.#once.isNew(reason.replaceAll(/\d+/gu, '0'))
  }
}

export function remedyFor({ kind, name, names }: Expected): string {
  const patterns = (kind === 'agent' ? [name] : names).map(one => ` --name '${one.replaceAll("'", String.raw`'\''`)}'`)
  return `where the authority is: forwarder ca token create --dir DIR --for ${kind}${patterns.join('')}; put the token that it prints into this machine's token file`
}
