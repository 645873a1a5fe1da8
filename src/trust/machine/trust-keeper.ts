import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { RateLimit } from '../../flow/rate-limit.ts'
import { Variable } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import { identityFiles } from '../../tls/identity-files.ts'
import { TrustError } from '../contract.ts'
import { RevocationList } from '../revocation-list.ts'
import { type SignedTrust, type Trust, parseTrust, parseTrustBody } from '../trust-document.ts'
import { type RememberedTrust, checkTrust } from './verify-trust-document.ts'
import { readTrustMemory, trustMemoryPath, writeTrustMemory } from './trust-memory.ts'

/** At the level of errors: a writer to etcd could fill the log. */
const MAX_ERRORS_PER_MINUTE = 60

export interface TrustKeeperOptions {
  /** It has the files in `identity` beneath it. */
  readonly stateDir: string
  readonly caFingerprint: string
  readonly log: Log
}

/** The trusted authorities and revocations, kept from run to run: they only move forward. */
export class TrustKeeper {
  readonly authoritiesPath: string
  readonly revoked = new Variable(new RevocationList())
  readonly #memoryPath: string
  readonly #fingerprint: string
  readonly #log: Log
  readonly #loud = new RateLimit(MAX_ERRORS_PER_MINUTE)
  #known: (RememberedTrust & { readonly trust: Trust }) | undefined
  #complaint: string | undefined

  constructor({ stateDir, caFingerprint, log }: TrustKeeperOptions) {
    this.authoritiesPath = identityFiles(stateDir).ca
    this.#memoryPath = trustMemoryPath(stateDir)
    this.#fingerprint = caFingerprint
    this.#log = log
    this.#load()
  }

  get trust(): Trust | undefined {
    return this.#known?.trust
  }

  get complaint(): string | undefined {
    return this.#complaint
  }

  /**
   * Takes a document from etcd; true where something changed. A rejected one is logged once. Throws a DiskError where it
   * cannot be written: it has to be offered again.
   */
  offer(value: Buffer): boolean {
    try {
      const signed = parseTrust(value)
      checkTrust(signed, this.#known, this.#fingerprint)
      this.#complaint = undefined
      if (signed.text === this.#known?.text) return false
      this.#accept(signed)
      return true
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
      this.#complain(error.message)
      return false
    }
  }

  #accept({ text, trust }: SignedTrust): void {
    const before = this.#known?.trust
    this.#refuse(trust) // even where the disk is full
    writeTrustMemory(this.#memoryPath, { anchor: this.#fingerprint, body: text })
    this.#remember(this.#fingerprint, text)
    const fields = { sequence: trust.sequence, authorities: trust.authorities.length, revoked: trust.revoked.size }
    if (before === undefined || isOther(before, trust)) this.#log.info(fields, 'accepted a trust document')
    else this.#log.debug(fields, 'the trust document was issued again')
  }

  #remember(anchor: string, text: string): void {
    const trust = parseTrustBody(text)
    this.#known = { anchor, text, trust, sequence: trust.sequence, authorities: trust.authorities }
    this.#placeAuthorities(trust)
    this.#refuse(trust)
  }

  #refuse({ revoked }: Trust): void {
    if (!this.revoked.current.isSame(revoked)) this.revoked.set(revoked)
  }

  #placeAuthorities({ authorities }: Trust): void {
    const text = authorities.map(one => one.toString()).join('')
    if (readIfThere(this.authoritiesPath) !== text) writeWholeFileSync(this.authoritiesPath, text)
  }

  #load(): void {
    try {
      const memory = readTrustMemory(this.#memoryPath)
      if (memory !== undefined) this.#remember(memory.anchor, memory.body)
    } catch (error) {
      if (!(error instanceof TrustError)) throw error
      const damage = { file: this.#memoryPath, reason: error.message }
      this.#log.warn(
        damage,
        'cannot read the trust document of an earlier run; starting from the configured fingerprint',
      )
    }
  }

  #complain(reason: string): void {
    if (this.#complaint === reason) return
    this.#complaint = reason
    const level = this.#loud.take() ? 'error' : 'debug'
    this.#log[level]({ reason }, 'rejected the trust document in etcd; the last trusted one stays in force')
  }
}

function isOther(a: Trust, b: Trust): boolean {
  return a.authorities.map(String).join() !== b.authorities.map(String).join() || !a.revoked.isSame(b.revoked)
}
