import { join } from 'node:path'
import type { CollectorConfig } from '../schema/collector-schema.ts'
import { toAbsolutePaths, toAddress, toBytes, makeCommonSettings, toMilliseconds } from './common-settings.ts'
import {
  makeAdvertiseSettings,
  makeAuthoritySettings,
  makeEnrolmentSettings,
  makeEtcdSettings,
} from './discovery-and-trust-settings.ts'
import type { CollectorSecrets } from '../checks/collector-checks.ts'
import type {
  CollectorSettings,
  DeadLetterSettings,
  LimitSettings,
  ServerTlsFiles,
  StoreAuth,
  StoreSettings,
} from '../settings.ts'
import { toAbsolutePath } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'
import type { ElasticsearchConfig, EmbeddedConfig } from '../schema/store-schema.ts'

const DATABASE_NAME = 'events.db'
export const DEAD_LETTERS_NAME = 'dead-letters.db'
/** Not `logs-*`, which Elasticsearch's own templates turn into data streams. */
const DEFAULT_INDEX = 'forwarder-%{+yyyy.MM.dd}'

/** `secrets` are those that the checks have read. */
export function toCollectorSettings(
  config: CollectorConfig,
  secrets: CollectorSecrets,
  context: ProcessContext,
): CollectorSettings {
  const common = makeCommonSettings(config, 'collector', context)
  const listen = [config.listen].flat().map(address => toAddress(address))
  const { discovery, advertise, enrolment, ca, pipeline, pipelines } = config
  const readings = { secrets, context }
  return {
    role: 'collector',
    listen,
    tls: makeServerTls(config.tls, context),
    ...(discovery && { etcd: makeEtcdSettings(discovery.etcd, readings) }),
    ...(discovery && advertise !== false && { advertise: makeAdvertiseSettings(advertise, listen, context) }),
    ...(enrolment && {
      enrolment: { ...makeEnrolmentSettings(enrolment, readings), clientAuth: enrolment.clientAuth },
    }),
    ...(ca && { ca: makeAuthoritySettings(ca, readings) }),
    store: makeStoreSettings(config.store, { auth: secrets.store, stateDir: () => common.stateDir, context }),
    deadLetters: makeDeadLetterSettings(config.deadLetters, common.stateDir, context),
    limits: makeLimitSettings(config.limits),
    workers: config.workers,
    ...(pipeline !== undefined && { pipeline }),
    ...(pipelines !== undefined && { pipelines }),
    pipelineDirectory: context.configDir ?? context.workingDir,
    pipelineTimeoutMs: toMilliseconds(config.pipelineTimeout),
    pipelineFailure: config.pipelineFailure,
    ids: config.ids,
    wireForm: config.wireForm,
    keepaliveMs: toMilliseconds(config.keepalive),
    ...common,
  }
}

function makeServerTls(tls: CollectorConfig['tls'], context: ProcessContext): ServerTlsFiles | undefined {
  if (tls === undefined || tls === false) return undefined
  const { clientAuth, certificate, key, ca } = tls
  return {
    certificate: toAbsolutePath(certificate, context),
    key: toAbsolutePath(key, context),
    ...(ca === undefined ? {} : { ca: toAbsolutePath(ca, context) }),
    clientAuth: clientAuth ?? (ca === undefined ? 'none' : 'required'),
  }
}

interface StoreContext {
  readonly auth: StoreAuth
  /** Asked for only where the store lies in it. */
  readonly stateDir: () => string
  readonly context: ProcessContext
}

export function makeStoreSettings(store: CollectorConfig['store'], context: StoreContext): StoreSettings {
  return store.type === 'embedded' ? makeEmbeddedSettings(store, context) : makeElasticsearchSettings(store, context)
}

function makeEmbeddedSettings(
  { path, retention, lateAfter }: EmbeddedConfig,
  { stateDir, context }: StoreContext,
): StoreSettings {
  return {
    type: 'embedded',
    path: path === undefined ? join(stateDir(), DATABASE_NAME) : toAbsolutePath(path, context),
    ...(retention.age === undefined ? {} : { maxAgeMs: toMilliseconds(retention.age) }),
    ...(retention.clockTrustedUntil !== undefined && {
      clockTrustedUntilMs: Date.parse(retention.clockTrustedUntil),
    }),
    ...(retention.size === undefined ? {} : { maxBytes: toBytes(retention.size) }),
    lateAfterMs: toMilliseconds(lateAfter),
  }
}

function makeElasticsearchSettings(store: ElasticsearchConfig, { auth, context }: StoreContext): StoreSettings {
  const { ca, caFingerprint, certificate, key, dataStream, alias, pipeline, allowedIndices, requestsInFlight } = store
  return {
    type: 'elasticsearch',
    hosts: (store.hosts ?? []).map(host => host.trim().replace(/\/+$/u, '')),
    ...(store.hostsKey !== undefined && { hostsKey: store.hostsKey }),
    allowsPlainHosts: store.allowPlainHosts || !isGuarded(store, auth),
    index: store.index ?? DEFAULT_INDEX,
    ...(allowedIndices !== undefined && { allowedIndices }),
    indexWindow: {
      backMs: toMilliseconds(store.indexWindow.back),
      aheadMs: toMilliseconds(store.indexWindow.ahead),
    },
    senderChoices: store.senderChoices,
    ...(dataStream === undefined ? {} : { dataStream }),
    ...(alias === undefined ? {} : { alias }),
    auth,
    ...toAbsolutePaths({ ...(ca && { ca }), ...(certificate && key && { certificate, key }) }, context),
    ...(caFingerprint === undefined ? {} : { caFingerprint: caFingerprint.replaceAll(':', '').toLowerCase() }),
    ...(pipeline === undefined ? {} : { pipeline }),
    compression: store.compression,
    template: store.template,
    requestTimeoutMs: toMilliseconds(store.requestTimeout),
    requestsInFlight,
    bulkBytes: toBytes(store.bulkBytes),
    giveUpAfterMs: toMilliseconds(store.giveUpAfter),
    lateAfterMs: toMilliseconds(store.lateAfter),
  }
}

export function makeDeadLetterSettings(
  { path, maxBytes }: CollectorConfig['deadLetters'],
  stateDir: string,
  context: ProcessContext,
): DeadLetterSettings {
  return {
    path: path === undefined ? join(stateDir, DEAD_LETTERS_NAME) : toAbsolutePath(path, context),
    maxBytes: toBytes(maxBytes),
  }
}

/** True if the store has what a program that only knows its address must not get, or if its certificate is chosen. */
function isGuarded({ ca, caFingerprint, certificate }: ElasticsearchConfig, auth: StoreAuth): boolean {
  return auth.kind !== 'none' || (ca ?? caFingerprint ?? certificate) !== undefined
}

function makeLimitSettings(limits: CollectorConfig['limits']): LimitSettings {
  const { connections, connectionsPerAddress, handshakes } = limits
  return {
    windowEvents: limits.windowEvents,
    frameBytes: toBytes(limits.frameBytes),
    eventBytes: toBytes(limits.eventBytes),
    eventMembers: limits.eventMembers,
    inflatedBytes: toBytes(limits.inflatedBytes),
    connections,
    ...(connectionsPerAddress !== undefined && { connectionsPerAddress }),
    ...(handshakes !== undefined && { handshakes }),
    bytesInFlight: toBytes(limits.bytesInFlight),
  }
}
