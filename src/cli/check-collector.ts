import { dirname } from 'node:path'
import { formatAddress } from '../config/address.ts'
import { formatDuration } from '../config/duration.ts'
import type { CollectorSettings, EmbeddedStoreSettings, StoreSettings } from '../config/settings.ts'
import { formatSize } from '../config/size.ts'
import { explainIndexPattern } from '../stores/elasticsearch/index-pattern.ts'
import { inspectClientTls, inspectServerTls } from '../tls/inspect.ts'
import { commonRows, inspectDirectory } from './check-place.ts'
import type { Finding, Inspection, SummaryRow } from './finding.ts'

/** Where a collector with these settings would listen and store, and what would go wrong. */
export async function inspectCollector(settings: CollectorSettings): Promise<Inspection> {
  const { store } = settings
  return {
    summary: [
      ['listens', settings.listen.map(address => formatAddress(address)).join(', ')],
      ...describeTls(settings),
      ['stores', describeStore(store)],
      ...commonRows(settings),
    ],
    findings: [
      ...(settings.tls === undefined ? [] : await inspectServerTls(settings.tls)),
      ...(await inspectStore(store)),
      ...(await inspectDirectory(settings.stateDir, 'stateDir')),
    ],
  }
}

function describeTls({ tls }: CollectorSettings): SummaryRow[] {
  if (tls === undefined) return [['TLS', 'off: plain text']]
  const clients = {
    none: 'clients need no certificate',
    optional: `clients may show a certificate of ${tls.ca}`,
    required: `clients must show a certificate of ${tls.ca}`,
  }
  return [['TLS', `${tls.certificate}; ${clients[tls.clientAuth]}`]]
}

function describeStore(store: StoreSettings): string {
  if (store.type === 'embedded') return `in ${store.path}${describeRetention(store)}`
  const target = store.dataStream === undefined ? `index ${store.index}` : `data stream ${store.dataStream}`
  const auth = {
    none: 'without a password',
    basic: 'with a password',
    apiKey: 'with an API key',
    bearer: 'with a token',
  }
  return `on ${store.hosts.join(', ')}, ${target}, ${auth[store.auth.kind]}`
}

function describeRetention({ maxAgeMs, maxBytes }: EmbeddedStoreSettings): string {
  const limits = [
    ...(maxAgeMs === undefined ? [] : [`for ${formatDuration(maxAgeMs)}`]),
    ...(maxBytes === undefined ? [] : [`up to ${formatSize(maxBytes)}`]),
  ]
  return limits.length === 0 ? ', for ever' : `, ${limits.join(', ')}`
}

async function inspectStore(store: StoreSettings): Promise<readonly Finding[]> {
  if (store.type === 'embedded') return await inspectDirectory(dirname(store.path), 'store.path')
  const fault = store.dataStream === undefined ? explainIndexPattern(store.index) : undefined
  const trust = store.ca === undefined ? [] : await inspectClientTls({ ca: store.ca })
  return fault === undefined ? trust : [...trust, { severity: 'error', message: `store.index: ${fault}` }]
}
