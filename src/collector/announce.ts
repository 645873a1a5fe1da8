import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { AdvertiseSettings, EtcdSettings } from '../config/settings.ts'
import { formatAddress } from '../flow/host-port.ts'
import { encodeEntry } from '../discovery/collector-entry.ts'
import type { Etcd } from '../etcd/contract.ts'
import { register, type Registration } from '../discovery/registration.ts'
import { version } from '../flow/version.ts'
import { Variable, type Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'

export interface Announcement {
  readonly etcd: Etcd
  readonly what: {
    readonly prefix: string
    readonly layout: EtcdSettings['layout']
    readonly advertise: AdvertiseSettings
    /** Absent: plain text, or a certificate from enrolment. */
    readonly tls: ServerTls | undefined
  }
  /** Of the certificate; undefined where it does not come from enrolment. */
  readonly serial: Watched<string | undefined>
  readonly log: Log
}

/** Puts the collector into the directory, in the layout of the configuration. */
export async function announce(announcement: Announcement): Promise<Registration> {
  return announcement.what.layout === 'logstash'
    ? await announceLikeLogstash(announcement)
    : await announceEntry(announcement)
}

async function announceEntry({ etcd, what, serial, log }: Announcement): Promise<Registration> {
  const { prefix, advertise, tls } = what
  const { address, name, zone, weight } = advertise
  const fixed = tls && (await readSerial(tls.certificate))
  const sinceMs = Date.now()
  const encode = () => {
    const shown = serial.current ?? fixed
    return encodeEntry({ ...address, weight, version, sinceMs, ...(zone && { zone }), ...(shown && { serial: shown }) })
  }
  const value = new Variable(encode())
  const stopFollowing = serial.onChange(() => value.set(encode()))
  const registration = register({ etcd, key: `${prefix}/collectors/${name}`, value, log })
  return {
    ...registration,
    async halt() {
      stopFollowing()
      await registration.halt()
    },
    async leave() {
      stopFollowing()
      await registration.leave()
    },
  }
}

async function announceLikeLogstash({ etcd, what, log }: Announcement): Promise<Registration> {
  const { advertise, tls } = what
  const { publishLogstashLayout } = await import('../discovery/logstash/publication.ts')
  if (advertise.publishesPrivateKey)
    log.warn({ key: tls?.key }, 'the private key is published: whoever can read etcd can pretend to be this collector')
  return publishLogstashLayout({
    etcd,
    host: formatAddress(advertise.address),
    ...(tls && { certificate: tls.certificate }),
    ...(tls && advertise.publishesPrivateKey && { key: tls.key }),
    log,
  })
}

/** For people who look into etcd; a file that can't be read is told where TLS needs it. */
async function readSerial(certificate: string): Promise<string | undefined> {
  try {
    return new X509Certificate(await readFile(certificate)).serialNumber
  } catch {
    return undefined // whoever listens with it says what is wrong with it
  }
}
