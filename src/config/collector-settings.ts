import { join } from 'node:path'
import type { CollectorConfig } from './collector-schema.ts'
import { absolutePaths, addressOf, bytes, commonSettings, milliseconds } from './common-settings.ts'
import type { CollectorSettings, LimitSettings, ServerTlsFiles, StoreAuth, StoreSettings } from './settings.ts'
import { absolutePath } from './surroundings.ts'
import type { Surroundings } from './surroundings.ts'
import type { ElasticsearchConfig, EmbeddedConfig } from './store-schema.ts'

const DATABASE_NAME = 'events.db'
/** Not `logs-*`, whose names Elasticsearch's own templates take for data streams. */
const DEFAULT_INDEX = 'forwarder-%{+yyyy.MM.dd}'

/** `auth` was read from the configuration, or from files that it names, when it was checked. */
export function toCollectorSettings(
  config: CollectorConfig,
  auth: StoreAuth,
  surroundings: Surroundings,
): CollectorSettings {
  const common = commonSettings(config, 'collector', surroundings)
  return {
    role: 'collector',
    listen: [config.listen].flat().map(listen => addressOf(listen)),
    tls: serverTls(config.tls, surroundings),
    store: storeSettings(config.store, { auth, stateDir: common.stateDir, surroundings }),
    limits: limitSettings(config.limits),
    keepaliveMs: milliseconds(config.keepalive),
    ...common,
  }
}

function serverTls(tls: CollectorConfig['tls'], surroundings: Surroundings): ServerTlsFiles | undefined {
  if (tls === undefined || tls === false) return undefined
  const { clientAuth, certificate, key, ca } = tls
  return {
    certificate: absolutePath(certificate, surroundings),
    key: absolutePath(key, surroundings),
    ...(ca === undefined ? {} : { ca: absolutePath(ca, surroundings) }),
    clientAuth: clientAuth ?? (ca === undefined ? 'none' : 'required'),
  }
}

interface StoreContext {
  readonly auth: StoreAuth
  readonly stateDir: string
  readonly surroundings: Surroundings
}

function storeSettings(store: CollectorConfig['store'], context: StoreContext): StoreSettings {
  return store.type === 'embedded' ? embeddedSettings(store, context) : elasticsearchSettings(store, context)
}

function embeddedSettings(
  { path, retention }: EmbeddedConfig,
  { stateDir, surroundings }: StoreContext,
): StoreSettings {
  return {
    type: 'embedded',
    path: path === undefined ? join(stateDir, DATABASE_NAME) : absolutePath(path, surroundings),
    ...(retention.age === undefined ? {} : { maxAgeMs: milliseconds(retention.age) }),
    ...(retention.size === undefined ? {} : { maxBytes: bytes(retention.size) }),
  }
}

function elasticsearchSettings(store: ElasticsearchConfig, { auth, surroundings }: StoreContext): StoreSettings {
  const { ca, caFingerprint, dataStream, pipeline, requestsInFlight, template, compression } = store
  return {
    type: 'elasticsearch',
    hosts: store.hosts.map(host => host.trim().replace(/\/+$/u, '')),
    index: store.index ?? DEFAULT_INDEX,
    ...(dataStream === undefined ? {} : { dataStream }),
    auth,
    ...absolutePaths(ca === undefined ? {} : { ca }, surroundings),
    ...(caFingerprint === undefined ? {} : { caFingerprint: caFingerprint.replaceAll(':', '').toLowerCase() }),
    ...(pipeline === undefined ? {} : { pipeline }),
    compression,
    template,
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
