import { join } from 'node:path'
import type { CollectorConfig } from '../schema/collector-schema.ts'
import { absolutePaths, addressOf, bytes, commonSettings, milliseconds } from './common-settings.ts'
import { advertiseSettings, authoritySettings, enrolmentSettings, etcdSettings } from './discovery-settings.ts'
import type { CollectorSecrets } from '../checks/collector-checks.ts'
import type { CollectorSettings, LimitSettings, ServerTlsFiles, StoreAuth, StoreSettings } from '../settings.ts'
import { absolutePath } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'
import type { ElasticsearchConfig, EmbeddedConfig } from '../schema/store-schema.ts'

const DATABASE_NAME = 'events.db'
/** Not `logs-*`, which Elasticsearch's own templates turn into data streams. */
const DEFAULT_INDEX = 'forwarder-%{+yyyy.MM.dd}'

/** `secrets` are those that the checks have read. */
export function toCollectorSettings(
  config: CollectorConfig,
  secrets: CollectorSecrets,
  context: ProcessContext,
): CollectorSettings {
  const common = commonSettings(config, 'collector', context)
  const listen = [config.listen].flat().map(address => addressOf(address))
  const { discovery, advertise, enrolment, ca } = config
  const readings = { secrets, context }
  return {
    role: 'collector',
    listen,
    tls: serverTls(config.tls, context),
    ...(discovery && { etcd: etcdSettings(discovery.etcd, readings) }),
    ...(discovery && advertise !== false && { advertise: advertiseSettings(advertise, listen, context) }),
    ...(enrolment && {
      enrolment: { ...enrolmentSettings(enrolment, readings), clientAuth: enrolment.clientAuth },
    }),
    ...(ca && { ca: authoritySettings(ca, readings) }),
    store: storeSettings(config.store, { auth: secrets.store, stateDir: common.stateDir, context }),
    limits: limitSettings(config.limits),
    keepaliveMs: milliseconds(config.keepalive),
    ...common,
  }
}

function serverTls(tls: CollectorConfig['tls'], context: ProcessContext): ServerTlsFiles | undefined {
  if (tls === undefined || tls === false) return undefined
  const { clientAuth, certificate, key, ca } = tls
  return {
    certificate: absolutePath(certificate, context),
    key: absolutePath(key, context),
    ...(ca === undefined ? {} : { ca: absolutePath(ca, context) }),
    clientAuth: clientAuth ?? (ca === undefined ? 'none' : 'required'),
  }
}

interface StoreContext {
  readonly auth: StoreAuth
  readonly stateDir: string
  readonly context: ProcessContext
}

function storeSettings(store: CollectorConfig['store'], context: StoreContext): StoreSettings {
  return store.type === 'embedded' ? embeddedSettings(store, context) : elasticsearchSettings(store, context)
}

function embeddedSettings({ path, retention }: EmbeddedConfig, { stateDir, context }: StoreContext): StoreSettings {
  return {
    type: 'embedded',
    path: path === undefined ? join(stateDir, DATABASE_NAME) : absolutePath(path, context),
    ...(retention.age === undefined ? {} : { maxAgeMs: milliseconds(retention.age) }),
    ...(retention.size === undefined ? {} : { maxBytes: bytes(retention.size) }),
  }
}

function elasticsearchSettings(store: ElasticsearchConfig, { auth, context }: StoreContext): StoreSettings {
  const { ca, caFingerprint, certificate, key, dataStream, alias, pipeline, requestsInFlight } = store
  return {
    type: 'elasticsearch',
    hosts: (store.hosts ?? []).map(host => host.trim().replace(/\/+$/u, '')),
    ...(store.hostsKey !== undefined && { hostsKey: store.hostsKey }),
    index: store.index ?? DEFAULT_INDEX,
    ...(dataStream === undefined ? {} : { dataStream }),
    ...(alias === undefined ? {} : { alias }),
    auth,
    ...absolutePaths({ ...(ca && { ca }), ...(certificate && key && { certificate, key }) }, context),
    ...(caFingerprint === undefined ? {} : { caFingerprint: caFingerprint.replaceAll(':', '').toLowerCase() }),
    ...(pipeline === undefined ? {} : { pipeline }),
    compression: store.compression,
    template: store.template,
    requestTimeoutMs: milliseconds(store.requestTimeout),
    requestsInFlight,
    bulkBytes: bytes(store.bulkBytes),
  }
}

function limitSettings(limits: CollectorConfig['limits']): LimitSettings {
  return {
    windowEvents: limits.windowEvents,
    frameBytes: bytes(limits.frameBytes),
    eventBytes: bytes(limits.eventBytes),
    inflatedBytes: bytes(limits.inflatedBytes),
    connections: limits.connections,
    bytesInFlight: bytes(limits.bytesInFlight),
  }
}
