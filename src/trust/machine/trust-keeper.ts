import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { RateLimit } from '../../flow/rate-limit.ts'
import { Variable } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import { identityFiles } from '../../tls/identity-files.ts'
import { TrustError } from '../contract.ts'
import { RevocationList } from '../revocation-list.ts'
import { type SignedTrust, type Trust, parseTrust, parseTrustBody } from '../trust-document.ts'
import { type RememberedTrust, checkTrust, isNewAnchor, listRetired } from './verify-trust-document.ts'
import { type TrustMemory, readTrustMemory, trustMemoryPath, writeTrustMemory } from './trust-memory.ts'

/** At the level of errors: a writer to etcd could fill the log. */
const MAX_ERRORS_PER_MINUTE = 60

const BEGINNING =
  'trusting another authority from now on, because "caFingerprint" names one that was never trusted here'
const RETIRED =
  '"caFingerprint" names an authority that was retired: it stays untrusted, and the known ones stay trusted; is this an old configuration? (deleting the file makes this machine trust it again)'

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

  #accept(signed: SignedTrust): void {
    const { text, trust } = signed
    const before = this.#known?.trust
    const retired = this.#isBeginning() ? [] : listRetired(this.#known, signed)
    const memory = { anchor: this.#anchor(), body: text, retired }
    this.#refuse(trust) // even where the disk is full
    writeTrustMemory(this.#memoryPath, memory)
    if (this.#isBeginning()) this.#log.warn({ fingerprint: this.#fingerprint }, BEGINNING)
    this.#remember(memory, trust)
    const fields = { sequence: trust.sequence, authorities: trust.authorities.length, revoked: trust.revoked.size }
    if (before === undefined || isOther(before, trust)) this.#log.info(fields, 'accepted a trust document')
    else this.#log.debug(fields, 'the trust document was issued again')
  }

  /** A changed fingerprint in the configuration is to replace what is known. */
  #isBeginning(): boolean {
    return this.#known !== undefined && isNewAnchor(this.#known, this.#fingerprint)
  }

  /** That of a retired authority is none. */
  #anchor(): string {
    const known = this.#known
    return known?.retired.includes(this.#fingerprint) === true ? known.anchor : this.#fingerprint
  }

  #remember({ anchor, body: text, retired = [] }: TrustMemory, trust: Trust): void {
    this.#known = { anchor, text, trust, retired, sequence: trust.sequence, authorities: trust.authorities }
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
      if (memory !== undefined) this.#remember(memory, parseTrustBody(memory.body))
      if (this.#known?.retired.includes(this.#fingerprint) === true)
        this.#log.warn({ fingerprint: this.#fingerprint, file: this.#memoryPath }, RETIRED)
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
