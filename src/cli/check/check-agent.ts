import { formatAddress } from '../../flow/host-port.ts'
import type { AgentSettings, DiscoverySettings, NetworkSettings } from '../../config/settings.ts'
import { inspectClientTls } from '../../tls/inspect-files.ts'
import { inspectEnrolment } from './check-enrolment.ts'
import { inspectFiles } from './check-files.ts'
import { describeEtcd, inspectEtcd } from './check-authority-and-etcd.ts'
import { inspectDirectory } from './check-state-directory.ts'
import { type Finding, type Inspection, type SummaryRow, commonRows } from './check-result.ts'

/** Reports the files that an agent with these settings would follow, where it would send, and what would fail. */
export async function inspectAgent(settings: AgentSettings): Promise<Inspection> {
  const files = await inspectFiles(settings.files)
  const { network } = settings
  return {
    summary: [
      ...files.summary,
      ['sends to', describeServers(settings)],
      ...describeTrust(settings),
      ['as', `${settings.host}, Lumberjack protocol ${network.protocol}`],
      ...commonRows(settings),
    ],
    findings: [
      ...files.findings,
      ...(network.tls === undefined ? [] : await inspectClientTls(network.tls)),
      ...(await inspectIdentity(settings)),
      ...(settings.discovery.kind === 'etcd' ? await inspectEtcd(settings.discovery.etcd) : []),
      ...(await inspectDirectory(settings.stateDir, 'stateDir')),
    ],
  }
}

async function inspectIdentity({ enrolment, stateDir }: AgentSettings): Promise<readonly Finding[]> {
  if (enrolment === undefined) return []
  return await inspectEnrolment({ enrolment, stateDir, kind: 'agent', name: enrolment.name, names: [enrolment.name] })
}

const CHOICES: Readonly<Record<NetworkSettings['balance'], string>> = {
  random: 'one of them, another if it fails',
  failover: 'the first that works',
  all: 'all of them at once',
}

function describeServers({ discovery, network: { tls, balance }, enrolment }: AgentSettings): string {
  const security = tls === undefined && enrolment === undefined ? 'in plain text' : 'over TLS'
  const isOne = discovery.kind === 'static' && discovery.servers.length === 1
  return `${describePlaces(discovery)}${isOne ? '' : ` (${CHOICES[balance]})`}, ${security}`
}

function describePlaces(discovery: DiscoverySettings): string {
  switch (discovery.kind) {
    case 'static':
      return discovery.servers.map(server => formatAddress(server)).join(', ')
    case 'dns':
      return `every address of ${discovery.names.map(name => formatAddress(name)).join(', ')}`
    case 'srv':
      return `the hosts of ${discovery.name}`
    case 'etcd':
      return `the collectors in ${describeEtcd(discovery.etcd)}`
  }
}

function describeTrust({ network: { tls }, enrolment, discovery }: AgentSettings): SummaryRow[] {
  if (enrolment !== undefined)
    return [
      ['trusts', `the authority with the fingerprint ${enrolment.caFingerprint}`],
      ['shows', `a certificate from that authority for "${enrolment.name}"`],
    ]
  if (tls === undefined) return []
  const isFound = discovery.kind === 'etcd' && discovery.etcd.layout === 'logstash'
  return [
    ['trusts', tls.ca ?? (isFound ? 'the certificate in etcd' : "the system's certificate authorities")],
    ['shows', tls.certificate ?? (isFound ? 'the pair in etcd, if it is there' : 'no certificate')],
  ]
}
