import { execFile } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import {
  type IssuedCertificate,
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../../../src/tls/file-authority.ts'
import { type CertificateRequest, type KeyPair, makeCertificate } from '../../../src/tls/certificate-maker.ts'
import { DAY_MS } from '../../../src/flow/time-units.ts'

export async function readCertificate(path: string): Promise<X509Certificate> {
  return new X509Certificate(await readFile(path))
}

/** Paths for ClientTls and ServerTls. */
export interface TestCertificates {
  /** The authority's certificate. */
  readonly ca: string
  /** Valid for localhost, 127.0.0.1 and ::1. */
  readonly server: IssuedCertificate
  /** Named `agent`. */
  readonly client: IssuedCertificate
}

/** A new authority in `dir`/tls with one server and one client certificate; takes a few milliseconds. */
export async function makeCertificates(dir: string): Promise<TestCertificates> {
  const where = { dir: join(dir, 'tls') }
  const { certificate: ca } = await createAuthority({ ...where, name: 'test CA' })
  const server = await issueServerCertificate({ ...where, hosts: ['localhost'], ips: ['127.0.0.1', '::1'] })
  const client = await issueClientCertificate({ ...where, name: 'agent' })
  return { ca, server, client }
}

/** As boot scripts made them for logstash-forwarder: self-signed, without any name. */
export async function makeNamelessCertificate(dir: string): Promise<{ certificate: string; key: string }> {
  const paths = { certificate: join(dir, 'logstash-forwarder.crt'), key: join(dir, 'logstash-forwarder.key') }
  const words = 'req -x509 -batch -nodes -newkey rsa:2048'.split(' ')
  await promisify(execFile)('openssl', [...words, '-keyout', paths.key, '-out', paths.certificate])
  return paths
}

/** Any certificate, good or bad, as files `<name>.pem` and `<name>.key`; valid from yesterday to tomorrow. */
export async function makeOddCertificate(
  dir: string,
  change: Partial<CertificateRequest> & { readonly name: string },
  issuer?: KeyPair,
): Promise<KeyPair & { readonly paths: { readonly certificate: string; readonly key: string } }> {
  const { name, ...request } = change
  const pair = await makeCertificate(
    {
      commonName: name,
      purpose: 'server',
      dnsNames: ['localhost'],
      ipAddresses: ['127.0.0.1'],
      notBefore: new Date(Date.now() - DAY_MS),
      notAfter: new Date(Date.now() + DAY_MS),
      ...request,
    },
    issuer,
  )
  const paths = { certificate: join(dir, `${name}.pem`), key: join(dir, `${name}.key`) }
  await writeFile(paths.certificate, pair.certificate)
  await writeFile(paths.key, pair.key, { mode: 0o600 })
  return { ...pair, paths }
}
