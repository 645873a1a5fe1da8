import type { ExecutionContext } from 'ava'
import { X509Certificate, createPrivateKey, randomUUID } from 'node:crypto'
import { join } from 'node:path'
import type { Database } from '../../../src/sqlite/database.ts'
import { createAuthority } from '../../../src/tls/file-authority.ts'
import { makeCertificate, makeSigningRequest } from '../../../src/tls/certificate-maker.ts'
import { type Issued, answerRequest } from '../../../src/trust/authority/answer-request.ts'
import { loadAuthorities } from '../../../src/trust/authority/authorities.ts'
import { type CertificateRecord, addCertificate } from '../../../src/trust/authority/issued-certificates.ts'
import { openAuthorityDatabase } from '../../../src/trust/authority/authority-database.ts'
import { parseJoinToken } from '../../../src/trust/join-token.ts'
import { proveByKey, proveByToken } from '../../../src/trust/proofs-and-signatures.ts'
import { type RequestBody, formatBody } from '../../../src/trust/request-and-answer.ts'
import { type TokenOptions, createToken } from '../../../src/trust/authority/tokens.ts'
import { type LogLine, makeRecordingLog } from '../process/recording-log.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { DAY_MS, HOUR_MS } from '../../../src/flow/time-units.ts'

export interface Asked {
  readonly value: Buffer
  readonly key: string
}

/** The signer's judgement without etcd, with a clock of the test. */
export interface SigningDesk {
  readonly dir: string
  readonly database: Database
  readonly lines: LogLine[]
  nowMs: number
  token(options?: Partial<TokenOptions>): string
  byToken(token: string, change?: Partial<RequestBody>): Promise<Asked>
  renewal(
    current: { readonly certificate: string; readonly key: string },
    change?: Partial<RequestBody>,
  ): Promise<Asked>
  answer(asked: Asked): Promise<Issued>
  /** A machine that joined before there were rules for names. */
  joinedBefore(
    machine: Pick<CertificateRecord, 'name' | 'patterns'> & { readonly dnsNames: readonly string[] },
  ): Promise<{ readonly certificate: string; readonly key: string }>
  /** Joins, and gives certificate and key. */
  join(token: string, change?: Partial<RequestBody>): Promise<{ readonly certificate: string; readonly key: string }>
}

export interface DeskOptions {
  /** How long a new authority is valid. */
  readonly days?: number
  /** A directory that is there, in place of a new one. */
  readonly of?: Pick<SigningDesk, 'dir' | 'database'>
}

export async function makeSigningDesk(t: ExecutionContext, options: DeskOptions = {}): Promise<SigningDesk> {
  const startMs = Date.now()
  const { dir, database } = options.of ?? (await makeAuthority(t, startMs, options.days))
  const log = makeRecordingLog()
  const prepare = async (change: Partial<RequestBody>): Promise<{ text: string; key: string }> => {
    const { request, key } = await makeSigningRequest('web1')
    const names = { dnsNames: [change.name ?? 'web1'], ipAddresses: [] }
    const body = { kind: 'agent', name: 'web1', ...names, csr: request, createdAtMs: desk.nowMs, ...change } as const
    return { text: formatBody(body), key }
  }
  const desk: SigningDesk = {
    dir,
    database,
    lines: log.lines,
    nowMs: startMs,
    token: ({ kind = 'agent', patterns = [], ...rules } = {}) =>
      createToken(database, { kind, patterns, ...rules }, desk.nowMs).text,
    async byToken(token, change = {}) {
      const { id, secret } = parseJoinToken(token)!
      const { text, key } = await prepare({ tokenId: id, ...change })
      return { value: Buffer.from(JSON.stringify({ body: text, proof: proveByToken(text, secret) })), key }
    },
    async renewal(current, change = {}) {
      const { text, key } = await prepare({ certificate: current.certificate, ...change })
      const proof = proveByKey(text, createPrivateKey(current.key))
      return { value: Buffer.from(JSON.stringify({ body: text, proof })), key }
    },
    async answer({ value }) {
      const authorities = await loadAuthorities(dir, database)
      const times = { lifetimeMs: 7 * DAY_MS, renewExpiredMs: 30 * DAY_MS, nowMs: desk.nowMs }
      return await answerRequest(value, { database, authorities, ...times, log })
    },
    async joinedBefore({ name, patterns, dnsNames }) {
      const { issuer, issuerEntry } = await loadAuthorities(dir, database)
      const [notBefore, notAfter] = [new Date(desk.nowMs - HOUR_MS), new Date(desk.nowMs + 7 * DAY_MS)]
      const request = { commonName: name, purpose: 'client', dnsNames, ipAddresses: [], notBefore, notAfter } as const
      const pair = await makeCertificate(request, issuer)
      const [serial, tokenId] = [new X509Certificate(pair.certificate).serialNumber, randomUUID()]
      const hashes = { keyHash: serial, requestHash: serial, renewedFrom: undefined, revokedMs: undefined }
      const times = { issuedMs: desk.nowMs, notAfterMs: notAfter.getTime() }
      const origin = { kind: 'agent', names: dnsNames, patterns, tokenId, authority: issuerEntry.fingerprint } as const
      addCertificate(database, { serial, name, certificate: pair.certificate, ...origin, ...hashes, ...times })
      return pair
    },
    async join(token, change) {
      const asked = await desk.byToken(token, change)
      const { record } = await desk.answer(asked)
      return { certificate: record.certificate, key: asked.key }
    },
  }
  return desk
}

async function makeAuthority(t: ExecutionContext, nowMs: number, days: number | undefined) {
  const dir = join(await makeTempDir(t), 'ca')
  await createAuthority({ dir, nowMs, ...(days !== undefined && { days }) })
  const database = openAuthorityDatabase(dir)
  t.teardown(() => database.isOpen && database.close())
  return { dir, database }
}
