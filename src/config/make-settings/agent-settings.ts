import type { AgentConfig } from '../schema/agent-schema.ts'
import { toAbsolutePaths, toBytes, makeCommonSettings, toMilliseconds } from './common-settings.ts'
import { makeRecordSettings } from './record-settings.ts'
import { makeDiscoverySettings, makeEnrolmentSettings } from './discovery-and-trust-settings.ts'
import type { Secrets } from '../values/secret.ts'
import type { AgentSettings, ClientTlsFiles, FileGroupSettings, NetworkSettings } from '../settings.ts'
import { toAbsolutePath } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** logstash-forwarder treated a timeout of 0 as absent. */
const DEFAULT_TIMEOUT_MS = 15_000

/** `secrets` are those that the checks have read. */
export function toAgentSettings(config: AgentConfig, secrets: Secrets, context: ProcessContext): AgentSettings {
  const { enrolment, holdTime, holdBytes } = config
  const host = config.host ?? context.hostName
  const readings = { secrets, context }
  return {
    role: 'agent',
    network: makeNetworkSettings(config.network, context),
    discovery: makeDiscoverySettings(config, readings),
    ...(enrolment && { enrolment: { ...makeEnrolmentSettings(enrolment, readings), name: enrolment.name ?? host } }),
    files: config.files.map(group => makeGroupSettings(group, config.fields, context)),
    host,
    spoolSize: config.spoolSize,
    durability: config.durability,
    onLostState: config.onLostState,
    pollIntervalMs: toMilliseconds(config.pollInterval),
    ...(holdTime !== undefined && { holdTimeMs: toMilliseconds(holdTime) }),
    ...(holdBytes !== undefined && { holdBytes: toBytes(holdBytes) }),
    ...makeCommonSettings(config, 'agent', context),
  }
}

function makeNetworkSettings(network: AgentConfig['network'], context: ProcessContext): NetworkSettings {
  const { protocol, wireForm, compressionLevel, windowsInFlight, balance, zone } = network
  return {
    balance,
    ...(zone !== undefined && { zone }),
    maxConnectionAgeMs: toMilliseconds(network.maxConnectionAge),
    tls: network.tls === false ? undefined : toAbsolutePaths(makeClientTls(network), context),
    timeoutMs: toMilliseconds(network.timeout) || DEFAULT_TIMEOUT_MS,
    protocol,
    wireForm,
    compressionLevel,
    windowsInFlight,
  }
}

function makeClientTls(network: AgentConfig['network']): ClientTlsFiles {
  if (network.tls !== undefined && network.tls !== false) return network.tls
  const { 'ssl certificate': certificate, 'ssl key': key, 'ssl ca': ca } = network
  const hasPair = certificate !== undefined && key !== undefined
  return { ...(hasPair ? { certificate, key } : {}), ...(ca === undefined ? {} : { ca }) }
}

function makeGroupSettings(
  group: AgentConfig['files'][number],
  globalFields: AgentConfig['fields'],
  context: ProcessContext,
): FileGroupSettings {
  return {
    paths: [...new Set(group.paths.map(path => (path === '-' ? path : toAbsolutePath(path, context))))],
    exclude: group.exclude.map(glob => (glob.includes('/') ? toAbsolutePath(glob, context) : glob)),
    fields: { ...globalFields, ...group.fields, ...(group.tags && { tags: group.tags }) },
    deadTimeMs: toMilliseconds(group['dead time']),
    startPosition: group.startPosition,
    maxLineBytes: toBytes(group.maxLineBytes),
    archives: group.archives,
    ...makeRecordSettings(group),
  }
}
