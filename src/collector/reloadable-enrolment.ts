import type { AdvertiseSettings, EnrolmentSettings } from '../config/settings.ts'
import { Reopenable } from './reopenable.ts'
import { Variable } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { IdentityFiles } from '../tls/identity-files.ts'
import type { Revocations } from '../tls/peer-gate.ts'
import type { Enrolment, EnrolmentStatus } from '../trust/contract.ts'
import type { SharedEtcd } from './shared-etcd.ts'

interface Options {
  readonly prefix: string
  readonly name: string
  readonly names: readonly string[]
  readonly caFingerprint: string
  readonly token?: string
  readonly tokenFile?: string
  readonly stateDir: string
}

/** The collector's certificate from the authority, through changes of how it is requested: the earlier one stays in use meanwhile. */
export class EnrolmentPart {
  readonly revoked = new Variable<Revocations>({ has: () => false })
  readonly serial = new Variable<string | undefined>(undefined)
  readonly #ready = Promise.withResolvers<void>()
  readonly #enrolment: Reopenable<Options, Enrolment>
  #files: IdentityFiles | undefined

  constructor(sharedEtcd: SharedEtcd, log: Log) {
    this.#enrolment = new Reopenable(async options => {
      const enrolment = await open(options, sharedEtcd, log)
      this.#follow(enrolment)
      return enrolment
    })
  }

  get files(): IdentityFiles | undefined {
    return this.#files
  }

  /** Resolves when there is a certificate; never where none is requested. */
  get ready(): Promise<void> {
    return this.#ready.promise
  }

  status(): EnrolmentStatus | undefined {
    return this.#enrolment.current?.status()
  }

  async change(options: Options | undefined): Promise<void> {
    await this.#enrolment.change(options)
  }

  async close(): Promise<void> {
    await this.#enrolment.close()
  }

  #follow(enrolment: Enrolment): void {
    this.#files = enrolment.files
    const update = () => {
      this.revoked.set(enrolment.revoked.current)
      this.serial.set(enrolment.serial.current)
    }
    enrolment.revoked.onChange(update)
    enrolment.serial.onChange(update)
    update()
    enrolment.ready.then(this.#ready.resolve, () => {}) // closed before that: the next one may be ready
  }
}

/** With the token in clear: not to be logged. */
export function makeEnrolmentOptions(
  { token, tokenFile, caFingerprint }: EnrolmentSettings,
  { name, names, address }: AdvertiseSettings,
  { prefix, stateDir }: Pick<Options, 'prefix' | 'stateDir'>,
): Options {
  return {
    prefix,
    stateDir,
    name,
    names: [address.host, ...names],
    caFingerprint,
    ...(token && { token: token.reveal() }),
    ...(tokenFile !== undefined && { tokenFile }),
  }
}

async function open({ token, tokenFile, ...options }: Options, sharedEtcd: SharedEtcd, log: Log): Promise<Enrolment> {
  const [{ openEnrolment }, { tokenReader }] = await Promise.all([
    import('../trust/machine/enrolment.ts'),
    import('../trust/machine/token-reader.ts'),
  ])
  const readToken = tokenReader({
    ...(token !== undefined && { token: { reveal: () => token } }),
    ...(tokenFile !== undefined && { tokenFile }),
  })
  return openEnrolment({ ...options, role: 'collector', etcd: sharedEtcd.etcd, readToken, log })
}
