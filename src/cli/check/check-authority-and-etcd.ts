import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { formatDuration } from '../../config/values/duration.ts'
import type { AuthoritySettings, CaSettings, EtcdSettings } from '../../config/settings.ts'
import { inspectClientTls } from '../../tls/inspect-files.ts'
import type { Finding, Inspection } from './check-result.ts'

export function describeEtcd({ endpoints, layout, prefix }: EtcdSettings): string {
  return `etcd at ${endpoints.join(', ')} under ${layout === 'logstash' ? '/logstash' : prefix}`
}

/** Inspects the files that are shown to etcd. Whether etcd answers is left to the log, since it may start later. */
export async function inspectEtcd({ ca, certificate, key, endpoints }: EtcdSettings): Promise<readonly Finding[]> {
  if (endpoints.every(endpoint => endpoint.startsWith('http:'))) return []
  return await inspectClientTls({ ...(ca && { ca }), ...(certificate && key && { certificate, key }) })
}

export async function inspectAuthority({ dir }: AuthoritySettings): Promise<readonly Finding[]> {
  const files = ['ca.pem', 'ca.key'].map(name => join(dir, name))
  const missing = await Promise.all(files.map(async path => ((await exists(path)) ? [] : [path])))
  return missing.flat().map(path => ({
    severity: 'error',
    message: `ca.dir: there is no ${path}: create the authority with \`forwarder ca create --dir ${dir}\``,
  }))
}

/** Reports what an authority with these settings would do, and what would fail. */
export async function inspectCa({ ca, etcd, metrics }: CaSettings): Promise<Inspection> {
  return {
    summary: [
      ['signs', `enrolments in ${describeEtcd(etcd)}`],
      ['with', `the authority in ${ca.dir}`],
      ['for', `${formatDuration(ca.lifetimeMs)} each`],
      ['metrics', metrics === undefined ? 'off' : `http://${metrics.host}:${metrics.port}/metrics and /health`],
    ],
    findings: [...(await inspectEtcd(etcd)), ...(await inspectAuthority(ca))],
  }
}

async function exists(path: string): Promise<boolean> {
  return await stat(path).then(
    () => true,
    () => false,
  )
}
