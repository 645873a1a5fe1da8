import type { AgentConfig } from './agent-schema.ts'
import { absolutePaths, addressOf, bytes, commonSettings, milliseconds } from './common-settings.ts'
import type { AgentSettings, ClientTlsFiles, FileGroupSettings, NetworkSettings } from './settings.ts'
import { absolutePath } from './surroundings.ts'
import type { Surroundings } from './surroundings.ts'

/** logstash-forwarder took a timeout of 0 for none given. */
const DEFAULT_TIMEOUT_MS = 15_000

export function toAgentSettings(config: AgentConfig, surroundings: Surroundings): AgentSettings {
  return {
    role: 'agent',
    network: networkSettings(config.network, surroundings),
    files: config.files.map(group => groupSettings(group, config.fields, surroundings)),
    host: config.host ?? surroundings.hostName,
    spoolSize: config.spoolSize,
    durability: config.durability,
    onLostState: config.onLostState,
    pollIntervalMs: milliseconds(config.pollInterval),
    ...commonSettings(config, 'agent', surroundings),
  }
}

function networkSettings(network: AgentConfig['network'], surroundings: Surroundings): NetworkSettings {
  const { protocol, compressionLevel, windowsInFlight } = network
  return {
    servers: network.servers.map(server => addressOf(server)),
    tls: network.tls === false ? undefined : absolutePaths(clientTls(network), surroundings),
    timeoutMs: milliseconds(network.timeout) || DEFAULT_TIMEOUT_MS,
    protocol,
    compressionLevel,
    windowsInFlight,
  }
}

function clientTls(network: AgentConfig['network']): ClientTlsFiles {
  if (network.tls !== undefined && network.tls !== false) return network.tls
  const { 'ssl certificate': certificate, 'ssl key': key, 'ssl ca': ca } = network
  const hasPair = certificate !== undefined && key !== undefined
  return { ...(hasPair ? { certificate, key } : {}), ...(ca === undefined ? {} : { ca }) }
}

function groupSettings(
  group: AgentConfig['files'][number],
  globalFields: AgentConfig['fields'],
  surroundings: Surroundings,
): FileGroupSettings {
  return {
    paths: [...new Set(group.paths.map(path => (path === '-' ? path : absolutePath(path, surroundings))))],
    exclude: group.exclude.map(glob => (glob.includes('/') ? absolutePath(glob, surroundings) : glob)),
    fields: { ...globalFields, ...group.fields },
    deadTimeMs: milliseconds(group['dead time']),
    startPosition: group.startPosition,
    maxLineBytes: bytes(group.maxLineBytes),
  }
}
