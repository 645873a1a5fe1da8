import type { ExecutionContext } from 'ava'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Etcd } from '../../../src/etcd/contract.ts'
import type { Database } from '../../../src/sqlite/database.ts'
import { createAuthority } from '../../../src/tls/file-authority.ts'
import { createJoinToken, readFingerprint } from '../../../src/demo/token-and-fingerprint.ts'
import { openAuthorityDatabase } from '../../../src/trust/authority/authority-database.ts'
import type { Enrolment, EnrolmentOptions, Signer, SignerOptions } from '../../../src/trust/contract.ts'
import { openEnrolment } from '../../../src/trust/machine/enrolment.ts'
import { startSigner } from '../../../src/trust/authority/signer.ts'
import type { TokenOptions } from '../../../src/trust/authority/tokens.ts'
import { openTestEtcd } from '../servers/etcd-client.ts'
import { type LogLine, makeRecordingLog } from '../process/recording-log.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { until } from '../time/until.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

export interface TrustPlace {
  readonly etcd: Etcd
  readonly prefix: string
  readonly caDir: string
  readonly fingerprint: string
  /** The log lines of signer and machines, in one list. */
  readonly lines: LogLine[]
  /** A command's connection to the authority's database. */
  readonly database: Database
  startSigner(options?: Partial<SignerOptions>): Promise<Signer>
  /** Gives the text of a token. */
  token(options?: Partial<TokenOptions>): string
  /** A machine with a state directory of its own, named like it. */
  join(name: string, options?: Partial<EnrolmentOptions> & { readonly token?: string }): Enrolment
}

/** An authority and machines under a prefix of their own in an etcd; all closed with the test. */
export async function makeTrustPlace(
  t: ExecutionContext,
  endpoints: readonly string[],
  { passphrase, now }: { readonly passphrase?: string; readonly now?: () => number } = {},
): Promise<TrustPlace> {
  const dir = await makeTempDir(t)
  const caDir = join(dir, 'ca')
  await createAuthority(passphrase === undefined ? { dir: caDir } : { dir: caDir, passphrase })
  const fingerprint = await readFingerprint(caDir)
  const log = makeRecordingLog()
  const prefix = `/test/${randomUUID()}`
  const etcd = await openTestEtcd(t, { endpoints, log })
  const database = openAuthorityDatabase(caDir)
  t.teardown(() => database.close())
  const clock = now === undefined ? {} : { now }
  const common = { etcd, prefix, log, ...clock }
  return {
    etcd,
    prefix,
    caDir,
    fingerprint,
    lines: log.lines,
    database,
    async startSigner(options) {
      const times = { lifetimeMs: 7 * DAY_MS, renewExpiredMs: 30 * DAY_MS }
      const secret = passphrase === undefined ? {} : { passphrase }
      const signer = await startSigner({ dir: caDir, ...times, ...secret, ...common, ...options })
      t.teardown(() => signer.close())
      return signer
    },
    token: ({ kind = 'agent', patterns: names = [], ...rules } = {}) =>
      createJoinToken(caDir, { kind, names, ...rules }),
    join(name, { token, ...options } = {}) {
      const enrolment = openEnrolment({
        role: 'agent',
        name,
        names: [],
        readToken: () => Promise.resolve(token),
        caFingerprint: fingerprint,
        stateDir: join(dir, name),
        ...common,
        ...options,
      })
      t.teardown(() => enrolment.close())
      return enrolment
    },
  }
}

/** Waits until a message is logged, and returns its line. */
export async function untilSaid(lines: readonly LogLine[], message: RegExp | string, seconds = 20): Promise<LogLine> {
  const find = () =>
    lines.find(line => (typeof message === 'string' ? line.message === message : message.test(describe(line))))
  await until(() => find() !== undefined, `the log has ${String(message)}`, seconds * 1000)
  return find()!
}

function describe({ message, fields }: LogLine): string {
  return `${message} ${JSON.stringify(fields)}`
}
