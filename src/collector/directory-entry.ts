import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { AdvertiseSettings, EtcdSettings } from '../config/settings.ts'
import { encodeEntry } from '../discovery/collector-entry.ts'
import { registerKey, type Registration } from '../discovery/leased-key.ts'
import type { Etcd } from '../etcd/contract.ts'
import { within } from '../flow/backoff.ts'
import { formatAddress } from '../flow/host-port.ts'
import { Turns } from '../flow/task-turns.ts'
import { version } from '../flow/program-version.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { ServerTls } from '../tls/server-tls.ts'

/** An etcd that does not answer delays a change by at most this long. */
const ETCD_PATIENCE_MS = 3000

/** Content of a collector's entry in the directory. */
export interface EntryContent {
  readonly prefix: string
  readonly layout: EtcdSettings['layout']
  readonly advertise: AdvertiseSettings
  /** Undefined: plain text, or a certificate from enrolment. */
  readonly tls: ServerTls | undefined
}

interface EntryOptions {
  /** Of the certificate; undefined where it does not come from enrolment. */
  readonly serial: Watched<string | undefined>
  readonly log: Log
}

interface Announcement extends EntryOptions {
  readonly etcd: Etcd
  readonly content: EntryContent
}

/** Keeps the collector in the directory: a changed entry replaces the earlier one without a gap. */
export class DirectoryEntry {
  readonly #options: EntryOptions
  /** A stop may come in the middle of a change. */
  readonly #turns = new Turns()
  #content: EntryContent | undefined
  #registration: Registration | undefined

  constructor(options: EntryOptions) {
    this.#options = options
  }

  status(): ReturnType<Registration['status']> | undefined {
    return this.#registration?.status()
  }

  async change(etcd: Etcd, content: EntryContent): Promise<void> {
    await this.#turns.run(async () => {
      if (isDeepStrictEqual(content, this.#content)) return
      const before = this.#registration
      if (before !== undefined) await within(ETCD_PATIENCE_MS, before.halt())
      this.#registration = await announce({ ...this.#options, etcd, content })
      this.#content = content
      if (before !== undefined) await within(ETCD_PATIENCE_MS, this.#registration.written)
      await before?.leave()
    })
  }

  /** Takes the collector out of the directory, as far as etcd can be reached. */
  async leave(): Promise<void> {
    await this.#turns.run(async () => {
      await this.#registration?.leave()
      this.#registration = undefined
      this.#content = undefined
    })
  }
}

async function announce(announcement: Announcement): Promise<Registration> {
  return announcement.content.layout === 'logstash'
    ? await announceLikeLogstash(announcement)
    : await announceEntry(announcement)
}

async function announceEntry({ etcd, content, serial, log }: Announcement): Promise<Registration> {
  const { prefix, advertise, tls } = content
  const { address, name, zone, weight } = advertise
  const fixed = tls && (await readSerial(tls.certificate))
  const sinceMs = Date.now()
  const encode = () => {
    const shown = serial.current ?? fixed
    return encodeEntry({ ...address, weight, version, sinceMs, ...(zone && { zone }), ...(shown && { serial: shown }) })
  }
  const value = new Variable(encode())
  const stopFollowing = serial.onChange(() => value.set(encode()))
  const registration = registerKey({ etcd, key: `${prefix}/collectors/${name}`, value, log })
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

async function announceLikeLogstash({ etcd, content, log }: Announcement): Promise<Registration> {
  const { advertise, tls } = content
  const { publishLogstashKeys } = await import('../discovery/logstash/publish-collector.ts')
  if (advertise.publishesPrivateKey)
    log.warn({ key: tls?.key }, 'the private key is published: anyone who can read etcd can pose as this collector')
  return publishLogstashKeys({
    etcd,
    host: formatAddress(advertise.address),
    ...(tls && { certificate: tls.certificate }),
    ...(tls && advertise.publishesPrivateKey && { key: tls.key }),
    log,
  })
}

/** For people who look into etcd. */
async function readSerial(certificate: string): Promise<string | undefined> {
  try {
    return new X509Certificate(await readFile(certificate)).serialNumber
  } catch {
    return undefined // the receiver, which listens with this file, reports what is wrong with it
  }
}
