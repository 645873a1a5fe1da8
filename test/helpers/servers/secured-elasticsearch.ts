import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeCertificates, type TestCertificates } from '../trust/certificates.ts'
import { fetchElasticsearch, findJava, startElasticsearch } from './elasticsearch.ts'
import type { RealServer } from './java-server.ts'
import type { TeardownScope } from '../process/scope.ts'
import { runTool } from './vendor.ts'

/** Roles of the tests. `shipper` may only create; `keeper` may also read its documents and install templates. */
const ROLES = `
shipper:
  cluster: ["monitor"]
  indices: [{names: ["applog-*", "stream-*"], privileges: ["create_doc", "auto_configure"]}]
keeper:
  cluster: ["monitor", "manage_index_templates"]
  indices: [{names: ["applog-*", "stream-*"], privileges: ["create_doc", "auto_configure", "read", "view_index_metadata"]}]
`

const USERS = { admin: 'superuser', shipper: 'shipper', keeper: 'keeper' } as const

export const PASSWORD = 'secret-123'

export interface SecuredElasticsearch extends RealServer {
  readonly certificates: TestCertificates
  /** The authority's certificate for `fetch` alike: as PEM. */
  readonly ca: string
}

/** Starts Elasticsearch with users, roles and TLS; it sends the certificate of its authority too. */
export async function startSecuredElasticsearch(scope: TeardownScope, version: string): Promise<SecuredElasticsearch> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-secured-'))
  scope.teardown(() => rm(dir, { recursive: true, force: true }))
  const certificates = await makeCertificates(dir)
  const ca = await readFile(certificates.ca, 'utf8')
  const files = {
    ...(await makeUsers(dir, version)),
    'server.crt': `${await readFile(certificates.server.certificate, 'utf8')}\n${ca}`,
    'server.key': await readFile(certificates.server.key),
    'ca.crt': ca,
  }
  const yml = [
    'xpack.security.enabled: true',
    'xpack.security.autoconfiguration.enabled: false',
    'xpack.security.transport.ssl.enabled: false',
    'xpack.security.http.ssl.enabled: true',
    'xpack.security.http.ssl.key: server.key',
    'xpack.security.http.ssl.certificate: server.crt',
    'xpack.security.http.ssl.certificate_authorities: [ca.crt]',
    'xpack.security.http.ssl.client_authentication: optional',
  ]
  const server = await startElasticsearch(scope, { version, yml, files, isTls: true })
  return { ...server, certificates, ca }
}

/** The files of the file realm, made by Elasticsearch's own tool. */
async function makeUsers(dir: string, version: string): Promise<Record<string, string>> {
  const home = await fetchElasticsearch(version)
  const conf = join(dir, 'conf')
  await cp(join(home, 'config'), conf, { recursive: true })
  const env = ['env', `ES_JAVA_HOME=${await findJava(version)}`, `ES_PATH_CONF=${conf}`]
  const tool = join(home, 'bin/elasticsearch-users')
  for (const [user, role] of Object.entries(USERS)) {
    const args = ['useradd', user, '-p', PASSWORD, '-r', role]
    await runTool(env[0] ?? 'env', [...env.slice(1), tool, ...args], dir)
  }
  const read = (name: string) => readFile(join(conf, name), 'utf8')
  return { users: await read('users'), users_roles: await read('users_roles'), 'roles.yml': ROLES }
}
