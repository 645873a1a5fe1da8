import { join } from 'node:path'
import {
  type IssuedCertificate,
  createAuthority,
  issueClientCertificate,
  issueServerCertificate,
} from '../../src/tls/authority.ts'

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
