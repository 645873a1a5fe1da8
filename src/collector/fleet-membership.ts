import type { AdvertiseSettings, CollectorSettings } from '../config/settings.ts'
import type { Registration } from '../discovery/leased-key.ts'
import { unlessAborted } from '../flow/abort-signals.ts'
import type { Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import type { EnrolmentStatus, SignerStatus } from '../trust/contract.ts'
import { DirectoryEntry } from './directory-entry.ts'
import { type HostedAuthority, makeSignerOptions, createHostedAuthority } from './hosted-authority.ts'
import { EnrolmentPart, makeEnrolmentOptions } from './reloadable-enrolment.ts'
import { SharedEtcd } from './shared-etcd.ts'
import { EtcdStoreHosts } from './reloadable-store-hosts.ts'

export interface FleetMembershipStatus {
  readonly registration?: ReturnType<Registration['status']>
  readonly enrolment?: EnrolmentStatus
  readonly signer?: SignerStatus
}

/** What a collector keeps in etcd and takes from there: its entry, certificate, authority and store hosts. */
export class FleetMembership {
  readonly #log: Log
  readonly #initial: CollectorSettings
  readonly #sharedEtcd: SharedEtcd
  readonly #enrolment: EnrolmentPart
  readonly #authority: HostedAuthority
  readonly #hosts: EtcdStoreHosts | undefined
  readonly #entry: DirectoryEntry
  #settings: CollectorSettings
  #isLeaving = false

  private constructor(settings: CollectorSettings, log: Log) {
    this.#initial = settings
    this.#settings = settings
    this.#sharedEtcd = new SharedEtcd(log)
    this.#enrolment = new EnrolmentPart(this.#sharedEtcd, log)
    this.#authority = createHostedAuthority(this.#sharedEtcd, log)
    this.#entry = new DirectoryEntry({ serial: this.#enrolment.serial, log })
    this.#log = log
    const { store } = settings
    const isFound = store.type === 'elasticsearch' && store.hosts.length === 0
    this.#hosts = isFound ? new EtcdStoreHosts(this.#sharedEtcd, log) : undefined
  }

  /** Starts what the settings ask for, without waiting for an answer. Rejects where files cannot be used. */
  static async open(settings: CollectorSettings, log: Log): Promise<FleetMembership> {
    const membership = new FleetMembership(settings, log)
    try {
      await membership.change(settings)
    } catch (error) {
      await membership.close()
      throw error
    }
    return membership
  }

  /**
   * Applies changed settings, one part after the other. A part without a change is left alone, and so is anything that only a
   * restart can change. Rejects where a part cannot be opened: it stays closed until there are settings with which it can.
   */
  async change(given: CollectorSettings): Promise<void> {
    const settings = keepFixed(given, { initial: this.#initial, present: this.#settings })
    const { etcd, enrolment, ca, store, stateDir } = settings
    const { advertise } = this.#initial
    if (etcd === undefined) return await this.#leaveEtcd(settings)
    const { prefix } = etcd
    await this.#sharedEtcd.change(etcd)
    await this.#hosts?.change(store, etcd, stateDir)
    await this.#enrolment.change(
      enrolment && advertise && makeEnrolmentOptions(enrolment, advertise, { prefix, stateDir }),
    )
    await this.#authority.change(ca && makeSignerOptions(ca, prefix))
    this.#settings = settings
  }

  get tls(): ServerTls | undefined {
    const { tls, enrolment } = this.#settings
    const { files, revoked } = this.#enrolment
    return enrolment === undefined || files === undefined
      ? tls
      : { ...files, clientAuth: enrolment.clientAuth, revoked }
  }

  get storeHosts(): Watched<readonly string[]> | undefined {
    return this.#hosts?.hosts
  }

  /** Waits for a certificate to listen with; false when `stop` fires before there is one. */
  async isReady(stop: AbortSignal): Promise<boolean> {
    const status = this.#enrolment.status()
    if (status === undefined) return true
    if (status.state !== 'enrolled') this.#log.info({ name: status.name }, 'waiting for a certificate before listening')
    await unlessAborted(this.#enrolment.ready, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
    return !stop.aborted
  }

  /** Puts the collector into the directory, or replaces its earlier entry there. */
  async announce(): Promise<void> {
    const { etcd, advertise, enrolment, tls } = this.#settings
    if (this.#isLeaving) return
    if (etcd === undefined || advertise === undefined) return await this.#entry.leave()
    const { prefix, layout } = etcd
    const shown = enrolment === undefined ? advertise : keepCertified(advertise, this.#initial.advertise)
    await this.#entry.change(this.#sharedEtcd.etcd, { prefix, layout, advertise: shown, tls })
  }

  async leave(): Promise<void> {
    this.#isLeaving = true
    await this.#entry.leave()
  }

  status(): FleetMembershipStatus {
    const registration = this.#entry.status()
    const enrolment = this.#enrolment.status()
    const signer = this.#authority.current?.status()
    return { ...(registration && { registration }), ...(enrolment && { enrolment }), ...(signer && { signer }) }
  }

  async close(): Promise<void> {
    await this.leave()
    await this.#enrolment.close()
    await this.#authority.close()
    await this.#hosts?.close()
    this.#sharedEtcd.close()
  }

  /** Only called where neither enrolment nor the store's hosts need etcd. */
  async #leaveEtcd(settings: CollectorSettings): Promise<void> {
    await this.#entry.leave()
    await this.#authority.close()
    this.#sharedEtcd.close()
    this.#settings = settings
  }
}

interface Known {
  readonly initial: CollectorSettings
  readonly present: CollectorSettings
}

/** Settings that only a restart can change stay as they were at the start, and etcd stays where those need it. */
function keepFixed(next: CollectorSettings, { initial, present }: Known): CollectorSettings {
  const { etcd: given, ca, ...rest } = next
  const isEnrolled = initial.enrolment !== undefined
  const needsEtcd = isEnrolled || (initial.store.type === 'elasticsearch' && initial.store.hosts.length === 0)
  const etcd = given ?? (needsEtcd ? present.etcd : undefined)
  return {
    ...keepCertificate(rest, initial),
    stateDir: initial.stateDir,
    ...(etcd && { etcd }),
    ...(ca && { ca: { ...ca, dir: initial.ca?.dir ?? ca.dir } }),
  }
}

/** The source of the certificate does not change. */
function keepCertificate(next: CollectorSettings, initial: CollectorSettings): CollectorSettings {
  const { enrolment, ...rest } = next
  if ((enrolment === undefined) === (initial.enrolment === undefined)) return next
  return { ...rest, tls: initial.tls, ...(initial.enrolment && { enrolment: initial.enrolment }) }
}

/** Agents would refuse a host that the certificate is not for. */
export function keepCertified(
  advertise: AdvertiseSettings,
  enrolled: AdvertiseSettings | undefined,
): AdvertiseSettings {
  if (enrolled === undefined) return advertise
  const { name, names, address } = enrolled
  return { ...advertise, name, names, address: { ...advertise.address, host: address.host } }
}
