import { formatAddress } from '../config/address.ts'
import type { AgentSettings, NetworkSettings } from '../config/settings.ts'
import { inspectClientTls } from '../tls/inspect.ts'
import { inspectFiles } from './check-files.ts'
import { commonRows, inspectDirectory } from './check-place.ts'
import type { Inspection, SummaryRow } from './finding.ts'

/** What an agent with these settings would follow, where it would send, and what would go wrong. */
export async function inspectAgent(settings: AgentSettings): Promise<Inspection> {
  const files = await inspectFiles(settings.files)
  const { network } = settings
  return {
    summary: [
      ...files.summary,
      ['sends to', describeServers(network)],
      ...describeTrust(network),
      ['as', `${settings.host}, Lumberjack protocol ${network.protocol}`],
      ...commonRows(settings),
    ],
    findings: [
      ...files.findings,
      ...(network.tls === undefined ? [] : await inspectClientTls(network.tls)),
      ...(await inspectDirectory(settings.stateDir, 'stateDir')),
    ],
  }
}

function describeServers({ servers, tls }: NetworkSettings): string {
  const list = servers.map(server => formatAddress(server)).join(', ')
  const choice = servers.length > 1 ? ' (one of them, the next when it fails)' : ''
  return `${list}${choice}, ${tls === undefined ? 'in plain text' : 'over TLS'}`
}

function describeTrust({ tls }: NetworkSettings): SummaryRow[] {
  if (tls === undefined) return []
  return [
    ['trusts', tls.ca ?? "the system's certificate authorities"],
    ['shows', tls.certificate ?? 'no certificate'],
  ]
}
