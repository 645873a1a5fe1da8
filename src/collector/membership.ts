import type { AdvertiseSettings, CollectorSettings, EtcdSettings } from '../config/settings.ts'
import { connectEtcd } from '../discovery/connect-etcd.ts'
import type { Etcd } from '../discovery/etcd-contract.ts'
import type { Registration } from '../discovery/registration.ts'
import { unlessAborted } from '../flow/unless.ts'
import { constant, type Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'
import type { Enrolment, EnrolmentStatus, Signer, SignerStatus } from '../trust/contract.ts'
import { announce } from './announce.ts'

export interface MembershipStatus {
  readonly registration?: ReturnType<Registration['status']>
  readonly enrolment?: EnrolmentStatus
  readonly signer?: SignerStatus
}

/** All that a collector keeps in etcd and gets from there. Without etcd it is only what the configuration says itself. */
export class Membership {
  readonly #parts: Parts
  #registration: Registration | undefined

  private constructor(parts: Parts) {
    this.#parts = parts
  }

  /** Begins what the settings ask for, and waits for nobody. Rejects where files can't be used. */
  static async open(settings: CollectorSettings, log: Log): Promise<Membership> {
    const { etcd: access } = settings
    if (access === undefined) return new Membership({ settings, log })
    const etcd = await connectEtcd(access, log)
    try {
      const signer = settings.ca && (await startAuthority({ etcd, access, ca: settings.ca, log }))
      const enrolment = settings.enrolment && (await enrol({ etcd, access, settings, log }))
      const storeHosts = await followStoreHosts({ etcd, access, settings, log })
      const optional = { ...(signer && { signer }), ...(enrolment && { enrolment }), ...(storeHosts && { storeHosts }) }
      return new Membership({ settings, log, etcd, access, ...optional })
    } catch (error) {
      etcd.close()
      throw error
    }
  }

  /** Undefined: plain text. */
  get tls(): ServerTls | undefined {
    const { settings, enrolment } = this.#parts
    if (enrolment === undefined || settings.enrolment === undefined) return settings.tls
    return { ...enrolment.files, clientAuth: settings.enrolment.clientAuth }
  }

  get refusedSerials(): Watched<ReadonlySet<string>> {
    return this.#parts.enrolment?.revoked ?? constant(new Set<string>())
  }

  /** The base addresses of an Elasticsearch store whose hosts are in etcd; undefined where the configuration has them. */
  get storeHosts(): Watched<readonly string[]> | undefined {
    return this.#parts.storeHosts?.hosts
  }

  /** Waits for a certificate to listen with; false when `stop` fires before there is one. */
  async isReady(stop: AbortSignal): Promise<boolean> {
    const { enrolment, log } = this.#parts
    if (enrolment === undefined) return true
    if (enrolment.status().state !== 'enrolled')
      log.info({ name: enrolment.status().name }, 'waiting for a certificate before listening')
    await unlessAborted(enrolment.ready, stop).catch((error: unknown) => {
      if (!stop.aborted) throw error
    })
    return !stop.aborted
  }

  /** Agents can be sent here from now on; what was said of the collector before does not count any more. */
  async announce(advertise: AdvertiseSettings | undefined): Promise<void> {
    await this.leave()
    const { etcd, access, settings, enrolment, log } = this.#parts
    if (etcd === undefined || access === undefined || advertise === undefined) return
    const shown = enrolment === undefined ? advertise : keepCertified(advertise, settings.advertise)
    this.#registration = await announce({
      etcd,
      access,
      advertise: shown,
      tls: settings.tls,
      serial: enrolment?.serial,
      log,
    })
  }

  /** Takes the collector out of the directory, as far as etcd can be reached. */
  async leave(): Promise<void> {
    await this.#registration?.leave()
    this.#registration = undefined
  }

  status(): MembershipStatus {
    const { enrolment, signer } = this.#parts
    return {
      ...(this.#registration && { registration: this.#registration.status() }),
      ...(enrolment && { enrolment: enrolment.status() }),
      ...(signer && { signer: signer.status() }),
    }
  }

  async close(): Promise<void> {
    await this.leave()
    const { enrolment, signer, storeHosts, etcd } = this.#parts
    await enrolment?.close()
    await signer?.close()
    await storeHosts?.close()
    etcd?.close()
  }
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

interface StoreHosts {
  readonly hosts: Watched<readonly string[]>
  close(): Promise<void>
}

interface Parts {
  readonly settings: CollectorSettings
  readonly log: Log
  readonly etcd?: Etcd
  readonly access?: EtcdSettings
  readonly enrolment?: Enrolment
  readonly signer?: Signer
  readonly storeHosts?: StoreHosts
}

interface Place {
  readonly etcd: Etcd
  readonly access: EtcdSettings
  readonly log: Log
}

// Each is loaded only where it is used: the others' memory is not paid for.

async function startAuthority({
  ca,
  etcd,
  access,
  log,
}: Place & Required<Pick<CollectorSettings, 'ca'>>): Promise<Signer> {
  const { startSigner } = await import('../trust/signer.ts')
  const { passphrase, ...authority } = ca
  const secret = passphrase && { passphrase: passphrase.reveal() }
  return await startSigner({ ...authority, ...secret, etcd, prefix: access.prefix, log })
}

async function enrol({ settings, etcd, access, log }: Place & Pick<Parts, 'settings'>): Promise<Enrolment | undefined> {
  const { enrolment, advertise, stateDir } = settings
  if (enrolment === undefined || advertise === undefined) return undefined
  const [{ openEnrolment }, { tokenReader }] = await Promise.all([
    import('../trust/enrolment.ts'),
    import('../trust/token-reader.ts'),
  ])
  return openEnrolment({
    etcd,
    prefix: access.prefix,
    role: 'collector',
    name: advertise.name,
    names: [advertise.address.host, ...advertise.names],
    readToken: tokenReader(enrolment),
    caFingerprint: enrolment.caFingerprint,
    stateDir,
    log,
  })
}

async function followStoreHosts({ settings, etcd, access, log }: Place & Pick<Parts, 'settings'>) {
  const { store, stateDir } = settings
  if (store.type !== 'elasticsearch' || store.hosts.length > 0) return undefined
  const { watchStoreHosts } = await import('../discovery/store-hosts.ts')
  const usual = access.layout === 'logstash' ? '/elasticsearch/host' : `${access.prefix}/elasticsearch/hosts`
  return watchStoreHosts({ etcd, key: store.hostsKey ?? usual, stateDir, log })
}
