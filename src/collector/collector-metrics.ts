import type { IndexerStatus } from '../delivery/contract.ts'
import type { ReceiverStatus } from '../lumberjack/receive/receiver-contract.ts'
import { counter, gauge, mapStatus, type MetricTable, type MetricValue } from '../telemetry/metric-values.ts'
import type { Health } from '../telemetry/metrics.ts'
import { collectReloads, noteReloads } from '../telemetry/reloads.ts'
import { collectEnrolment, judgeEnrolment } from '../telemetry/trust-metrics.ts'
import type { SignerStatus } from '../trust/contract.ts'
import type { CollectorRooms } from './collector.ts'

const RECEIVER: MetricTable<ReceiverStatus> = {
  connections: gauge('forwarder_connections', 'Clients that are connected now.'),
  connectionsAccepted: counter('forwarder_connections_accepted_total', 'Connections that were accepted.'),
  connectionsRefused: counter('forwarder_connections_refused_total', 'Connections over the limit.'),
  windows: counter('forwarder_windows_received_total', 'Windows that arrived whole.'),
  events: counter('forwarder_events_received_total', 'Events that arrived.'),
  poisonEvents: counter('forwarder_poison_events_total', 'Payloads that no store could ever take.'),
  bytes: counter('forwarder_received_bytes_total', 'Bytes read from clients, as they came out of TLS.'),
  acks: counter('forwarder_acks_total', 'Acks of whole windows.'),
  partialAcks: counter('forwarder_partial_acks_total', 'Acks of a part of a window.'),
  keepalives: counter('forwarder_keepalives_total', 'Acks that only said that we are alive.'),
  windowsJoined: counter(
    'forwarder_windows_joined_total',
    'Protocol 1 windows that came again while they were in hand.',
  ),
  protocolErrors: counter('forwarder_protocol_errors_total', 'Connections ended for breaking the protocol.'),
  handshakeErrors: counter('forwarder_handshake_errors_total', 'TLS handshakes that failed.'),
  bytesInFlight: gauge('forwarder_receiver_in_flight_bytes', 'Bytes of frames and events that are held.'),
}

const INDEXER: MetricTable<IndexerStatus> = {
  stored: counter('forwarder_events_stored_total', 'Events that the store took.'),
  existed: counter('forwarder_events_existed_total', 'Events that the store had already.'),
  deadLettered: counter('forwarder_events_dead_lettered_total', 'Events that no one could ever store.'),
  retries: counter('forwarder_retries_total', 'Tries of events that had to be repeated.'),
  requests: counter('forwarder_store_requests_total', 'Requests to the store.'),
  requestsInFlight: gauge('forwarder_store_requests_in_flight', 'Requests that are on the way to the store now.'),
  requestLimit: gauge('forwarder_store_request_limit', 'How many requests may be on the way: falls under load.'),
  eventsInFlight: gauge('forwarder_events_in_flight', 'Events taken and not yet safe.'),
  bytesInFlight: gauge('forwarder_in_flight_bytes', 'Bytes taken and not yet safe.'),
}

const SIGNER: MetricTable<SignerStatus> = {
  issued: counter('forwarder_ca_issued_total', 'Certificates issued for a token.'),
  renewed: counter('forwarder_ca_renewed_total', 'Certificates issued for an earlier certificate.'),
  refused: counter('forwarder_ca_refused_total', 'Requests for a certificate that were refused.'),
  pending: gauge('forwarder_ca_pending', 'Requests seen and not answered yet.'),
  revoked: gauge('forwarder_ca_revoked', 'Revoked certificates that have not ended yet.'),
  authorities: gauge('forwarder_ca_authorities', 'Authorities that all are told to trust.'),
}

/** All of the collector's numbers, read now. */
export function collectCollector(rooms: CollectorRooms): MetricValue[] {
  const { receiver, indexer, deadLetters, membership, reloads } = rooms
  const letters = deadLetters.status()
  const { signer, enrolment, registration } = membership.status()
  return [
    ...collectReloads(reloads.status()),
    ...collectEnrolment(enrolment),
    ...collectSigner(signer),
    ...(registration ? [{ ...REGISTERED, value: registration.state === 'live' ? 1 : 0 }] : []),
    ...(receiver ? mapStatus(RECEIVER, receiver.status()) : []),
    ...mapStatus(INDEXER, indexer.status()),
    ...indexer.status().held.map(({ target, events }) => ({ ...HELD, labels: { target }, value: events })),
    ...mapStatus(LETTERS, letters),
  ]
}

export function collectSigner(signer: SignerStatus | undefined): MetricValue[] {
  if (signer === undefined) return []
  return [...mapStatus(SIGNER, signer), { ...ACTIVE, value: signer.isActive ? 1 : 0 }]
}

const REGISTERED = gauge('forwarder_registered', '1 while the collector stands in the directory.')
const ACTIVE = gauge('forwarder_ca_active', '1 while it is this authority that answers, and no other one.')
const HELD = gauge('forwarder_events_held', 'Events that wait for an operator to mend their target.')

const LETTERS: MetricTable<ReturnType<CollectorRooms['deadLetters']['status']>> = {
  letters: gauge('forwarder_dead_letters', 'Dead letters that are kept.'),
  bytes: gauge('forwarder_dead_letter_bytes', 'Bytes of dead letters that are kept.'),
}

/** Red when the store can't be reached, a target needs an operator or refuses everything, or there is no certificate to listen with. */
export function judgeCollector({ indexer, membership, reloads }: CollectorRooms): Health {
  const { isHealthy, reasons } = indexer.status().health
  const ills = judgeEnrolment(membership.status().enrolment)
  const notes = noteReloads(reloads.status())
  return { isHealthy: isHealthy && ills.length === 0, reasons: [...reasons, ...ills, ...notes] }
}
