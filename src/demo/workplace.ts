import { mkdir, mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuthority, issueClientCertificate, issueServerCertificate } from '../tls/file-authority.ts'
import { findFreePorts } from './role-process.ts'

/** The demo's temporary directory, with certificates and two configurations as an operator would write them. */
export interface Workplace {
  readonly dir: string
  readonly logFile: string
  readonly agentConfig: string
  readonly collectorConfig: string
  readonly agentMetricsPort: number
  readonly collectorMetricsPort: number
  /** Path of the embedded store, or an index of this demo alone. */
  readonly store: { readonly path: string } | { readonly url: string; readonly index: string }
}

export async function makeWorkplace(elasticsearchUrl: string | undefined): Promise<Workplace> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-demo-'))
  const [port = 0, agentMetricsPort = 0, collectorMetricsPort = 0] = await findFreePorts(3)
  await mkdir(join(dir, 'logs'))
  const { server, client, ca } = await makeDemoCertificates(join(dir, 'certificates'))
  const store = elasticsearchUrl
    ? { url: elasticsearchUrl, index: `forwarder-demo-${Date.now().toString(36)}` }
    : { path: join(dir, 'collector', 'events.db') }
  const workplace: Workplace = {
    dir,
    logFile: join(dir, 'logs', 'access.log'),
    agentConfig: join(dir, 'forwarder.json'),
    collectorConfig: join(dir, 'collector.json'),
    agentMetricsPort,
    collectorMetricsPort,
    store,
  }
  await writeJson(workplace.collectorConfig, {
    listen: [`127.0.0.1:${port}`],
    tls: { certificate: server.certificate, key: server.key, ca, clientAuth: 'required' },
    store: describeStore(store),
    stateDir: join(dir, 'collector'),
    metrics: { listen: `127.0.0.1:${collectorMetricsPort}` },
  })
  await writeJson(workplace.agentConfig, {
    network: { servers: [`localhost:${port}`], tls: { certificate: client.certificate, key: client.key, ca } },
    // Includes rotated names, so that no line is missed on a machine that is too busy to poll in time.
    files: [{ paths: [`${workplace.logFile}*`], fields: { service: 'shop' } }],
    stateDir: join(dir, 'agent'),
    metrics: { listen: `127.0.0.1:${agentMetricsPort}` },
  })
  return workplace
}

async function makeDemoCertificates(dir: string) {
  const { ca } = await createAuthority({ dir, name: 'forwarder demo CA' })
  const server = await issueServerCertificate({ dir, hosts: ['localhost'], ips: ['127.0.0.1'] })
  const client = await issueClientCertificate({ dir, name: 'demo-agent' })
  return { ca, server, client }
}

function describeStore(store: Workplace['store']): object {
  if ('path' in store) return { type: 'embedded', path: store.path }
  return { type: 'elasticsearch', hosts: [store.url], index: store.index, template: false }
}

async function writeJson(path: string, value: object): Promise<void> {
  await writeFile(path, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 })
}
