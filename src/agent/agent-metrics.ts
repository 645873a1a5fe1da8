import type { DirectoryStatus } from '../discovery/directory-contract.ts'
import type { CopyCount, FilesStatus, FileStatus } from '../files/contract.ts'
import type { StdinStatus } from '../files/read/stdin.ts'
import type { PublisherStatus } from '../lumberjack/send/publisher-contract.ts'
import type { RegistryStatus } from '../registry/contract.ts'
import {
  counter,
  gauge,
  type MetricDefinition,
  mapSeries,
  mapStatus,
  type MetricTable,
  type MetricValue,
} from '../telemetry/status-to-metrics.ts'
import type { Health } from '../telemetry/metrics-endpoint.ts'
import { collectReloads, describeReloadFailure } from '../telemetry/reload-status.ts'
import { collectEnrolment, judgeEnrolment } from '../telemetry/enrolment-metrics.ts'
import { countOf } from '../flow/format-numbers.ts'
import type { AgentParts } from './agent-parts.ts'

/** Files beyond this have no series of their own, so that a scrape stays small. */
const MAX_FILE_SERIES = 500
const MAX_SERVER_SERIES = 100

const NOTHING_FOLLOWED = 'nothing is followed: "files" is empty'

const PUBLISHER: MetricTable<PublisherStatus> = {
  eventsSent: counter('forwarder_events_sent_total', 'Events written to collectors, resends included.'),
  eventsAcked: counter('forwarder_events_acked_total', 'Events acked by a collector.'),
  eventsResent: counter('forwarder_events_resent_total', 'Events that were sent again.'),
  eventsRefused: counter('forwarder_events_refused_total', 'Events that no collector takes, which were passed by.'),
  windowsSent: counter('forwarder_windows_sent_total', 'Windows written to collectors.'),
  windowsAcked: counter('forwarder_windows_acked_total', 'Windows acked to their last event.'),
  partialAcks: counter('forwarder_partial_acks_total', 'Acks of part of a window.'),
  keepalives: counter('forwarder_keepalives_total', 'Acks that only signalled that the collector is alive.'),
  bytesSent: counter('forwarder_sent_bytes_total', 'Bytes of frames written, compressed, before TLS.'),
  connectionsMade: counter('forwarder_connections_total', 'Connections established.'),
  connectFailures: counter('forwarder_connect_failures_total', 'Attempts to connect that failed.'),
  connectionsLost: counter('forwarder_connections_lost_total', 'Connections lost while acks were outstanding.'),
  batchesWaiting: gauge('forwarder_batches_waiting', 'Batches waiting for a connection.'),
  batchesOpen: gauge('forwarder_batches_in_flight', 'Batches waiting, being encoded or on the wire.'),
  linksConnected: gauge('forwarder_connected', 'Collectors connected now.'),
}

interface ServerFigures {
  readonly windowsAcked: number
  readonly eventsAcked: number
  readonly ackSeconds: number
  readonly isConnected: number
  readonly isOwnForm: number
}

const SERVER: MetricTable<ServerFigures> = {
  windowsAcked: counter('forwarder_server_windows_acked_total', 'Windows acked by this collector.'),
  eventsAcked: counter('forwarder_server_events_acked_total', 'Events acked by this collector.'),
  ackSeconds: gauge('forwarder_server_ack_seconds', 'Recent time to ack a window, in seconds; 0 if unknown.'),
  isConnected: gauge('forwarder_server_connected', 'Connections to this collector now.'),
  isOwnForm: gauge(
    'forwarder_server_own_wire_form',
    'Connections to this collector now that carry our own wire form, forwarder/1.',
  ),
}

const FILES: MetricTable<FilesStatus> = {
  lines: counter('forwarder_lines_read_total', 'Lines read from files, or records of several lines.'),
  recordsLeftOut: counter(
    'forwarder_records_left_out_total',
    'Lines, or records of several lines, that includeLines or excludeLines left out.',
  ),
  damagedLines: counter(
    'forwarder_damaged_lines_total',
    'Lines of files of a format that are not in it; they are sent as they are.',
  ),
  openFiles: gauge('forwarder_open_files', 'Files open now.'),
  notFound: gauge(
    'forwarder_files_not_found',
    'Files that were not read to their end before this start, as far as it is known, and are not found.',
  ),
  truncations: counter('forwarder_truncations_total', 'Truncations of followed files.'),
  copies: counter('forwarder_copies_total', 'Files recognised as the copy of a followed file.'),
  archivesLeftOut: gauge(
    'forwarder_archives_left_out',
    'Compressed files that a glob matches and that are not read: their originals are unknown, and "archives" is not set.',
  ),
  polls: counter('forwarder_polls_total', 'Polls of all files.'),
}

const FILE: MetricTable<FileStatus> = {
  offset: gauge('forwarder_file_offset_bytes', 'Offset up to which the file is acked.'),
  size: gauge('forwarder_file_size_bytes', 'Size of the file at the last poll.'),
  behind: gauge('forwarder_file_behind_bytes', 'Bytes that are not acked yet.'),
}

const COPY: MetricTable<CopyCount> = {
  files: counter('forwarder_copied_files_total', 'Files with bytes that were left out as read already, by reason.'),
  bytes: counter('forwarder_copied_bytes_total', 'Bytes that were left out as read already, by reason.'),
}

const REGISTRY: MetricTable<RegistryStatus> = {
  commits: counter('forwarder_registry_commits_total', 'Durable transactions of the registry.'),
  failures: counter('forwarder_registry_failures_total', 'Failed transactions of the registry; each is retried.'),
  journaledBatches: gauge('forwarder_journaled_batches', 'Batches in the journal that are not acked yet.'),
  files: gauge('forwarder_registry_files', 'Files in the registry.'),
}

/** Every metric of the agent, read now. */
export function collectAgent({ publisher, following, stdin, collectors, reloads }: AgentParts): MetricValue[] {
  const files = following?.files.status()
  const { directory, enrolment } = collectors.status()
  return [
    ...collectReloads(reloads.status()),
    ...collectEnrolment(enrolment),
    ...collectDirectory(directory),
    ...mapStatus(PUBLISHER, publisher.status()),
    ...perServer(publisher.status()),
    ...(files ? [...mapStatus(FILES, files), ...bytesByFate(files), ...copiesByReason(files), ...perFile(files)] : []),
    ...(following ? mapStatus(REGISTRY, following.registry.status()) : []),
    ...(stdin ? collectStdin(stdin.status()) : []),
  ]
}

/** Unhealthy when lines cannot be sent: the registry cannot write, or no collector can be found or reached. */
export function judgeAgent(parts: AgentParts): Health {
  const { publisher, following, collectors, reloads, isIdle } = parts
  const registry = following?.registry.status().health
  const { directory, enrolment } = collectors.status()
  const reasons = registry && !registry.isHealthy ? [`${registry.reason}; ${registry.remedy}`] : []
  reasons.push(...judgeEnrolment(enrolment))
  const { linksConnected, links } = publisher.status()
  // Collectors refuse a revoked certificate: that is not a second reason.
  if (linksConnected === 0 && enrolment?.state !== 'revoked')
    reasons.push(...links.flatMap(({ lastError }) => lastError ?? []))
  if (directory.servers === 0) reasons.push(`no collector is known: ${directory.lastError ?? directory.source}`)
  const notes = [
    ...(isIdle() ? [NOTHING_FOLLOWED] : []),
    ...describeRefusals(parts),
    ...describeReloadFailure(reloads.status()),
  ]
  return { isHealthy: reasons.length === 0, reasons: [...reasons, ...notes] }
}

/** A note only: all other lines are sent. */
function describeRefusals({ publisher, refused }: AgentParts): string[] {
  const { eventsRefused } = publisher.status()
  if (eventsRefused === 0) return []
  const count = countOf(eventsRefused, 'event')
  return [`${count} that no collector takes passed by since the start: see the log, and ${refused.directory}`]
}

interface DirectoryFigures {
  readonly servers: number
  readonly isLive: number
  readonly age: number
}

const DIRECTORY: MetricTable<DirectoryFigures> = {
  servers: gauge('forwarder_directory_collectors', 'Collectors known to the agent.'),
  isLive: gauge('forwarder_directory_is_live', '1 while the directory watch is live.'),
  age: gauge('forwarder_directory_age_seconds', 'Age of the cached directory while the watch is not live.'),
}

function collectDirectory({ servers, isLive, asOfMs }: DirectoryStatus): MetricValue[] {
  const age = isLive || asOfMs === undefined ? 0 : (Date.now() - asOfMs) / 1000
  return mapStatus(DIRECTORY, { servers, isLive: isLive ? 1 : 0, age })
}

function collectStdin({ lines, bytes: { seen, ...fates } }: StdinStatus): MetricValue[] {
  const byFate = gauge('forwarder_stdin_bytes', 'Bytes of standard input by fate; they add up to the bytes seen.')
  return [
    { ...counter('forwarder_stdin_lines_total', 'Lines read from standard input.'), value: lines },
    ...perFate(byFate, fates),
    { ...gauge('forwarder_stdin_bytes_seen', 'Bytes of standard input seen.'), value: seen },
  ]
}

function bytesByFate({ bytes }: FilesStatus): MetricValue[] {
  const { seen, lost, ...others } = bytes
  const fates = {
    ...others,
    lost_truncated: lost.truncated,
    lost_deleted: lost.deleted,
    lost_unreadable: lost.unreadable,
  }
  const byFate = gauge('forwarder_file_bytes', 'Bytes of followed files by fate; they add up to the bytes seen.')
  return [
    ...perFate(byFate, fates),
    { ...gauge('forwarder_file_bytes_seen', 'Bytes of followed files seen.'), value: seen },
  ]
}

function perFate(definition: MetricDefinition, fates: Readonly<Record<string, number>>): MetricValue[] {
  return Object.entries(fates).map(([fate, value]) => ({ ...definition, labels: { fate }, value }))
}

function copiesByReason({ copiesByReason: copies }: FilesStatus): MetricValue[] {
  return mapSeries(COPY, Object.entries(copies), { label: 'reason', limit: MAX_FILE_SERIES })
}

/** A server may have one link that ends and one that starts; its acks are counted once. */
function perServer({ links }: PublisherStatus): MetricValue[] {
  const byServer = Map.groupBy(links, ({ server }) => server)
  const rows = [...byServer].map(([server, own]) => {
    const { windowsAcked = 0, eventsAcked = 0, ackMs = 0 } = own[0] ?? {}
    const forms = own.flatMap(({ state }) => (state.kind === 'connected' ? state.form : []))
    const isOwnForm = forms.filter(form => form !== 'lumberjack').length
    return [
      server,
      { windowsAcked, eventsAcked, ackSeconds: ackMs / 1000, isConnected: forms.length, isOwnForm },
    ] as const
  })
  return mapSeries(SERVER, rows, { label: 'server', limit: MAX_SERVER_SERIES })
}

function perFile({ files }: FilesStatus): MetricValue[] {
  const rows = files.map(file => [file.path, file] as const)
  return mapSeries(FILE, rows, { label: 'file', limit: MAX_FILE_SERIES })
}
