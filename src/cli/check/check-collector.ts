import { dirname } from 'node:path'
import { formatAddress } from '../../flow/host-port.ts'
import { formatDuration } from '../../config/values/duration.ts'
import type {
  CollectorSettings,
  ElasticsearchStoreSettings,
  EmbeddedStoreSettings,
  ServerTlsFiles,
  StoreSettings,
} from '../../config/settings.ts'
import { formatSize } from '../../config/values/size.ts'
import { explainIndexPattern } from '../../stores/elasticsearch/index/index-pattern.ts'
import { inspectClientTls, inspectServerTls } from '../../tls/inspect-files.ts'
import { describeEtcd, inspectAuthority, inspectEtcd } from './check-authority-and-etcd.ts'
import { inspectEnrolment } from './check-enrolment.ts'
import { inspectDirectory } from './check-state-directory.ts'
import { type Finding, type Inspection, type SummaryRow, commonRows } from './check-result.ts'

/** Reports where a collector with these settings would listen and store, and what would fail. */
export async function inspectCollector(settings: CollectorSettings): Promise<Inspection> {
  const { store } = settings
  const pipeline = await inspectProcessors(settings)
  return {
    summary: [
      ['listens', settings.listen.map(address => formatAddress(address)).join(', ')],
      ...describeTls(settings),
      ...describeRegistration(settings),
      ...pipeline.summary,
      ['stores', describeStore(settings)],
      ...commonRows(settings),
    ],
    findings: [
      ...(settings.tls === undefined ? [] : await inspectServerTls(settings.tls)),
      ...(await inspectIdentity(settings)),
      ...(settings.etcd === undefined ? [] : await inspectEtcd(settings.etcd)),
      ...(settings.ca === undefined ? [] : await inspectAuthority(settings.ca)),
      ...(await inspectStore(store)),
      ...pipeline.findings,
      ...(await inspectDirectory(settings.stateDir, 'stateDir')),
    ],
  }
}

/** The processors are loaded only for a pipeline. */
async function inspectProcessors(settings: CollectorSettings): Promise<Inspection> {
  const { pipeline, pipelines, pipelineDirectory } = settings
  if (pipeline === undefined) return { summary: [], findings: [] }
  const { inspectPipeline } = await import('./check-pipeline.ts')
  return inspectPipeline({ pipeline, pipelines }, pipelineDirectory)
}

function describeTls({ tls, enrolment }: CollectorSettings): SummaryRow[] {
  if (enrolment !== undefined) {
    const authority = `the authority with the fingerprint ${enrolment.caFingerprint}`
    return [['TLS', `a certificate from ${authority}; ${describeClients(enrolment.clientAuth, 'it')}`]]
  }
  if (tls === undefined) return [['TLS', 'off: plain text']]
  return [['TLS', `${tls.certificate}; ${describeClients(tls.clientAuth, tls.ca ?? '')}`]]
}

function describeClients(clientAuth: ServerTlsFiles['clientAuth'], authority: string): string {
  const texts = {
    none: 'clients need no certificate',
    optional: `clients may show a certificate from ${authority}`,
    required: `clients must show a certificate from ${authority}`,
  }
  return texts[clientAuth]
}

function describeRegistration({ etcd, advertise, ca }: CollectorSettings): SummaryRow[] {
  if (etcd === undefined) return []
  const where = describeEtcd(etcd)
  return [
    ['found', advertise === undefined ? 'not in etcd' : `as ${formatAddress(advertise.address)} in ${where}`],
    ...(ca === undefined ? [] : [['signs', `enrolments in ${where}, with the authority in ${ca.dir}`] as const]),
  ]
}

function describeStore({ store, etcd }: CollectorSettings): string {
  if (store.type === 'embedded') return `in ${store.path}${describeRetention(store)}`
  const auth = {
    none: 'without a password',
    basic: 'with a password',
    apiKey: 'with an API key',
    bearer: 'with a token',
  }
  const hosts =
    etcd !== undefined && store.hosts.length === 0 ? `the hosts in ${describeEtcd(etcd)}` : store.hosts.join(', ')
  return `on ${hosts}, ${describeTarget(store)}, ${auth[store.auth.kind]}`
}

function describeTarget({ index, dataStream, alias }: ElasticsearchStoreSettings): string {
  if (dataStream !== undefined) return `data stream ${dataStream}`
  return alias === undefined ? `index ${index}` : `alias ${alias}`
}

function describeRetention({ maxAgeMs, maxBytes }: EmbeddedStoreSettings): string {
  const limits = [
    ...(maxAgeMs === undefined ? [] : [`for ${formatDuration(maxAgeMs)}`]),
    ...(maxBytes === undefined ? [] : [`up to ${formatSize(maxBytes)}`]),
  ]
  return limits.length === 0 ? ', indefinitely' : `, ${limits.join(', ')}`
}

async function inspectIdentity({ enrolment, stateDir, advertise }: CollectorSettings): Promise<readonly Finding[]> {
  if (enrolment === undefined || advertise === undefined) return []
  const names = [advertise.address.host, ...advertise.names]
  return await inspectEnrolment({ enrolment, stateDir, kind: 'collector', name: advertise.name, names })
}

async function inspectStore(store: StoreSettings): Promise<readonly Finding[]> {
  if (store.type === 'embedded') return await inspectDirectory(dirname(store.path), 'store.path')
  const { dataStream, alias, index, ca, certificate, key } = store
  const fault = (dataStream ?? alias) === undefined ? explainIndexPattern(index) : undefined
  const files = { ...(ca && { ca }), ...(certificate && key && { certificate, key }) }
  const trust = Object.keys(files).length === 0 ? [] : await inspectClientTls(files)
  return fault === undefined ? trust : [...trust, { severity: 'error', message: `store.index: ${fault}` }]
}
