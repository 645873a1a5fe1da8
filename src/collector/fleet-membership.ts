import type { AdvertiseSettings, CollectorSettings } from '../config/settings.ts'
import type { Registration } from '../discovery/registration.ts'
import { unlessAborted } from '../flow/signals.ts'
import type { Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import type { EnrolmentStatus, SignerStatus } from '../trust/contract.ts'
import { Announcer } from './directory-entry.ts'
import { type HostedAuthority, makeSignerOptions, createHostedAuthority } from './hosted-authority.ts'
import { EnrolmentPart, makeEnrolmentOptions } from './enrolment-part.ts'
import { SharedEtcd } from './shared-etcd.ts'
import { EtcdStoreHosts } from './etcd-store-hosts.ts'

export interface FleetMembershipStatus {
  readonly registration?: ReturnType<Registration['status']>
  readonly enrolment?: EnrolmentStatus
  readonly signer?: SignerStatus
}

/** All that a collector keeps in etcd and gets from there. Without etcd it is only what the configuration says itself. */
export class FleetMembership {
  readonly #log: Log
  readonly #initial: CollectorSettings
  readonly #place: SharedEtcd
  readonly #enrolled: EnrolmentPart
  readonly #authority: HostedAuthority
  readonly #hosts: EtcdStoreHosts | undefined
  readonly #announcer: Announcer
  #settings: CollectorSettings
  #isLeaving = false

  private constructor(settings: CollectorSettings, log: Log) {
    this.#initial = settings
    this.#settings = settings
    this.#place = new SharedEtcd(log)
    this.#enrolled = new EnrolmentPart(this.#place, log)
    this.#authority = createHostedAuthority(this.#place, log)
    this.#announcer = new Announcer({ serial: this.#enrolled.serial, log })
    this.#log = log
    const { store } = settings
    const isFound = store.type === 'elasticsearch' && store.hosts.length === 0
    this.#hosts = isFound ? new EtcdStoreHosts(this.#place, log) : undefined
  }

  /** Begins what the settings ask for, and waits for nobody. Rejects where files can't be used. */
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
   * Goes over to other settings, one part after the other; what does not differ is left alone, and so is what can't change while it
   * runs. Rejects where a part can't be opened: it stays closed then until there are settings with which it can.
   */
  async change(given: CollectorSettings): Promise<void> {
    const settings = keepFixed(given, { initial: this.#initial, present: this.#settings })
    const { etcd, enrolment, ca, store, stateDir } = settings
    const { advertise } = this.#initial
    if (etcd === undefined) return await this.#leaveEtcd(settings)
    const { prefix } = etcd
    await this.#place.change(etcd)
    await this.#hosts?.change(store, etcd, stateDir)
    await this.#enrolled.change(
      enrolment && advertise && makeEnrolmentOptions(enrolment, advertise, { prefix, stateDir }),
    )
    await this.#authority.change(ca && makeSignerOptions(ca, prefix))
    this.#settings = settings
  }

  /** Undefined: plain text. */
  get tls(): ServerTls | undefined {
    const { tls, enrolment } = this.#settings
    const { files } = this.#enrolled
    return enrolment === undefined || files === undefined ? tls : { ...files, clientAuth: enrolment.clientAuth }
  }

  get refusedSerials(): Watched<ReadonlySet<string>> {
    return this.#enrolled.revoked
  }

  /** The base addresses of an Elasticsearch store whose hosts are in etcd; undefined where the configuration has them. */
  get storeHosts(): Watched<readonly string[]> | undefined {
    return this.#hosts?.hosts
  }

  /** Waits for a certificate to listen with; false when `stop` fires before there is one. */
  async isReady(stop: AbortSignal): Promise<boolean> {
    const status = this.#enrolled.status()
    if (status === undefined) return true
    if (status.state !== 'enrolled') this.#log.info({ name: status.name }, 'waiting for a certificate before listening')
    await unlessAborted(this.#enrolled.ready, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
    return !stop.aborted
  }

  /** Agents can be sent here from now on, or hear of what has changed; what was said of the collector before does not count any more. */
  async announce(): Promise<void> {
    const { etcd, advertise, enrolment, tls } = this.#settings
    if (this.#isLeaving) return
    if (etcd === undefined || advertise === undefined) return await this.#announcer.leave()
    const { prefix, layout } = etcd
    const shown = enrolment === undefined ? advertise : keepCertified(advertise, this.#initial.advertise)
    await this.#announcer.change(this.#place.etcd, { prefix, layout, advertise: shown, tls })
  }

  /** Takes the collector out of the directory for good, as far as etcd can be reached. */
  async leave(): Promise<void> {
    this.#isLeaving = true
    await this.#announcer.leave()
  }

  status(): FleetMembershipStatus {
    const registration = this.#announcer.status()
    const enrolment = this.#enrolled.status()
    const signer = this.#authority.current?.status()
    return { ...(registration && { registration }), ...(enrolment && { enrolment }), ...(signer && { signer }) }
  }

  async close(): Promise<void> {
    await this.leave()
    await this.#enrolled.close()
    await this.#authority.close()
    await this.#hosts?.close()
    this.#place.close()
  }

  /** Neither enrolment nor the store's hosts need it: else it stays. */
  async #leaveEtcd(settings: CollectorSettings): Promise<void> {
    await this.#announcer.leave()
    await this.#authority.close()
    this.#place.close()
    this.#settings = settings
  }
}

interface Known {
  readonly initial: CollectorSettings
  readonly present: CollectorSettings
}

/** What can't change while it runs stays as it was at the start, and etcd stays where that needs it; a reload names it. */
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

/** Where it comes from does not change. */
function keepCertificate(next: CollectorSettings, initial: CollectorSettings): CollectorSettings {
  const { enrolment, ...rest } = next
  if ((enrolment === undefined) === (initial.enrolment === undefined)) return next
  return { ...rest, tls: initial.tls, ...(initial.enrolment && { enrolment: initial.enrolment }) }
}

/** Nobody could be sent to a host that the certificate is not for. */
export function keepCertified(
  advertise: AdvertiseSettings,
  enrolled: AdvertiseSettings | undefined,
): AdvertiseSettings {
  if (enrolled === undefined) return advertise
  const { name, names, address } = enrolled
  return { ...advertise, name, names, address: { ...advertise.address, host: address.host } }
}
