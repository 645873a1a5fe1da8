import { readIfThere } from '../../disk/private-file.ts'
import { writeWholeFileSync } from '../../disk/whole-file.ts'
import { Quota } from '../../flow/quota.ts'
import { Variable } from '../../flow/watched.ts'
import type { Log } from '../../telemetry/log.ts'
import { identityFiles } from '../../tls/identity-files.ts'
import { TrustError } from '../contract.ts'
import { type SignedTrust, type Trust, parseTrust, parseTrustBody } from '../trust-document.ts'
import { type RememberedTrust, checkTrust } from './check-trust.ts'
import { readTrustMemory, trustMemoryPath, writeTrustMemory } from './trust-memory.ts'

/** Of complaints that are loud: a writer to etcd may go on for ever. */
const MAX_A_MINUTE = 60

export interface TrustKeeperOptions {
  /** It has the files in `identity` beneath it. */
  readonly stateDir: string
  readonly caFingerprint: string
  readonly log: Log
}

/** What is trusted, remembered from run to run: it only moves forward. */
export class TrustKeeper {
  readonly authoritiesPath: string
  readonly revoked = new Variable<ReadonlySet<string>>(new Set())
  readonly #memoryPath: string
  readonly #fingerprint: string
  readonly #log: Log
  readonly #loud = new Quota(MAX_A_MINUTE)
  #known: (RememberedTrust & { readonly trust: Trust }) | undefined
  #complaint: string | undefined

  constructor({ stateDir, caFingerprint, log }: TrustKeeperOptions) {
    this.authoritiesPath = identityFiles(stateDir).ca
    this.#memoryPath = trustMemoryPath(stateDir)
    this.#fingerprint = caFingerprint
    this.#log = log
    this.#load()
  }

  /** Undefined until a document has been believed. */
  get trust(): Trust | undefined {
    return this.#known?.trust
  }

  /** Why the last document was not believed. */
  get complaint(): string | undefined {
    return this.#complaint
  }

  /**
   * Takes a document from etcd; true where something changed. One that is not to be believed is logged, once. Throws a
   * DiskError where it can't be written down: to be offered again.
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
    this.#refuse(trust) // also where the disk is full
    writeTrustMemory(this.#memoryPath, { anchor: this.#fingerprint, body: text })
    this.#remember(this.#fingerprint, text)
    const fields = { sequence: trust.sequence, authorities: trust.authorities.length, revoked: trust.revoked.length }
    if (before === undefined || isOther(before, trust)) this.#log.info(fields, 'took up a trust document')
    else this.#log.debug(fields, 'the trust document was issued again')
  }

  #remember(anchor: string, text: string): void {
    const trust = parseTrustBody(text)
    this.#known = { anchor, text, trust, sequence: trust.sequence, authorities: trust.authorities }
    this.#placeAuthorities(trust)
    this.#refuse(trust)
  }

  #refuse({ revoked }: Trust): void {
    const serials = new Set(revoked.map(({ serial }) => serial))
    if (!isSame(this.revoked.current, serials)) this.revoked.set(serials)
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
      this.#log.warn(damage, 'what was trusted before can not be read: beginning with the configured fingerprint')
    }
  }

  #complain(reason: string): void {
    if (this.#complaint === reason) return
    this.#complaint = reason
    const level = this.#loud.take() ? 'error' : 'debug'
    this.#log[level]({ reason }, 'the trust document in etcd is not believed: what was trusted before stays in force')
  }
}

function isOther(a: Trust, b: Trust): boolean {
  return describeContent(a) !== describeContent(b)
}

function describeContent({ authorities, revoked }: Trust): string {
  return JSON.stringify([authorities.map(String), revoked])
}

function isSame(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && a.isSubsetOf(b)
}
