import type { HeldTarget, IndexerStatus } from '../delivery/contract.ts'
import type { ReceiverStatus } from '../lumberjack/receive/receiver-contract.ts'
import { counter, gauge, mapStatus, type MetricTable, type MetricValue } from '../telemetry/status-to-metrics.ts'
import type { Health } from '../telemetry/metrics-endpoint.ts'
import { collectReloads, describeReloadFailure } from '../telemetry/reload-status.ts'
import { collectEnrolment, judgeEnrolment } from '../telemetry/enrolment-metrics.ts'
import type { PipelineStatus, StepStatus } from '../pipeline/pipeline-contract.ts'
import type { SignerStatus } from '../trust/contract.ts'
import type { CollectorParts } from './collector-parts.ts'

const RECEIVER: MetricTable<ReceiverStatus> = {
  connections: gauge('forwarder_connections', 'Clients connected now.'),
  ownFormConnections: gauge('forwarder_own_form_connections', 'Clients connected now that use our own wire form.'),
  ownFormFrames: counter('forwarder_own_form_frames_total', 'Frames received in our own wire form.'),
  ownFormEvents: counter('forwarder_own_form_events_total', 'Events received in our own wire form.'),
  connectionsAccepted: counter('forwarder_connections_accepted_total', 'Connections accepted.'),
  connectionsRefused: counter('forwarder_connections_refused_total', 'Connections refused because of the limit.'),
  windows: counter('forwarder_windows_received_total', 'Windows received whole.'),
  events: counter('forwarder_events_received_total', 'Events received.'),
  poisonEvents: counter('forwarder_poison_events_total', 'Payloads that no store can take.'),
  foreignIds: counter('forwarder_receiver_foreign_ids_total', 'Ids that carried the hash of another name.'),
  bytes: counter('forwarder_received_bytes_total', 'Bytes read from clients, after TLS.'),
  acks: counter('forwarder_acks_total', 'Acks of whole windows.'),
  partialAcks: counter('forwarder_partial_acks_total', 'Acks of part of a window.'),
  keepalives: counter('forwarder_keepalives_total', 'Acks that only signalled that the collector is alive.'),
  windowsJoined: counter('forwarder_windows_joined_total', 'Protocol 1 windows received again while still in hand.'),
  connectionsGivingWay: counter(
    'forwarder_connections_giving_way_total',
    'Connections ended because their events were held in memory that others needed: their clients send them again.',
  ),
  protocolErrors: counter(
    'forwarder_protocol_errors_total',
    'Connections closed because the client broke the protocol.',
  ),
  handshakeErrors: counter('forwarder_handshake_errors_total', 'Failed TLS handshakes.'),
  bytesInFlight: gauge('forwarder_receiver_in_flight_bytes', 'Bytes of frames and events held in memory.'),
}

const INDEXER: MetricTable<IndexerStatus> = {
  stored: counter('forwarder_events_stored_total', 'Events stored.'),
  existed: counter('forwarder_events_existed_total', 'Events that were in the store already.'),
  deadLettered: counter('forwarder_events_dead_lettered_total', 'Events that no store can take.'),
  retries: counter('forwarder_retries_total', 'Attempts to store an event that had to be repeated.'),
  requests: counter('forwarder_store_requests_total', 'Requests to the store.'),
  requestsInFlight: gauge('forwarder_store_requests_in_flight', 'Requests to the store in flight now.'),
  requestLimit: gauge('forwarder_store_request_limit', 'Requests that may be in flight; falls under load.'),
  setAside: gauge('forwarder_events_set_aside', 'Events on which the store fails while it stores others.'),
  eventsInFlight: gauge('forwarder_events_in_flight', 'Events received and not yet safe.'),
  bytesInFlight: gauge('forwarder_in_flight_bytes', 'Bytes received and not yet safe.'),
}

const PIPELINE: MetricTable<PipelineStatus> = {
  events: counter('forwarder_pipeline_events_total', 'Events that have passed the pipeline, in whatever way.'),
  dropped: counter('forwarder_pipeline_events_dropped_total', 'Events that the pipeline dropped.'),
  failed: counter(
    'forwarder_pipeline_events_failed_total',
    'Events on which the pipeline failed, stored as they were received.',
  ),
  refused: counter(
    'forwarder_pipeline_events_refused_total',
    'Events on which the pipeline failed, made dead letters.',
  ),
  timeouts: counter('forwarder_pipeline_timeouts_total', 'Events that used up their time in the pipeline.'),
  waiting: gauge('forwarder_pipeline_batches_waiting', 'Batches that wait for a thread of the pipeline.'),
}

const STEP: MetricTable<StepStatus> = {
  events: counter('forwarder_pipeline_step_events_total', 'Events that a processor worked on.'),
  failed: counter('forwarder_pipeline_step_failed_total', 'Events on which a processor failed.'),
  dropped: counter('forwarder_pipeline_step_dropped_total', 'Events that a processor dropped.'),
  timeouts: counter('forwarder_pipeline_step_timeouts_total', 'Events that used up their time in a processor.'),
  seconds: counter(
    'forwarder_pipeline_step_seconds_total',
    'Time in a processor, those inside of it included; estimated from one event of sixteen.',
  ),
}

/** A generated configuration may have any number of processors. */
const MAX_STEP_SERIES = 200

/** Nothing where there is no pipeline. */
export function collectPipeline(status: PipelineStatus): MetricValue[] {
  if (!status.isUsed) return []
  const steps = status.steps.slice(0, MAX_STEP_SERIES)
  return [
    ...mapStatus(PIPELINE, status),
    ...steps.flatMap(({ step, type, tag, ...numbers }) =>
      mapStatus(STEP, { step, type, tag, ...numbers }, { step, type, tag }),
    ),
  ]
}

const SIGNER: MetricTable<SignerStatus> = {
  issued: counter('forwarder_ca_issued_total', 'Certificates issued for a join token.'),
  renewed: counter('forwarder_ca_renewed_total', 'Certificates renewed.'),
  forked: counter('forwarder_ca_forked_total', 'Second renewals of a certificate with another key: it may be a copy.'),
  refused: counter('forwarder_ca_refused_total', 'Refused certificate requests.'),
  discarded: counter(
    'forwarder_ca_discarded_total',
    'Values in etcd that are not requests, deleted without an answer.',
  ),
  pending: gauge('forwarder_ca_pending', 'Certificate requests not answered yet.'),
  revoked: gauge('forwarder_ca_revoked', 'Revoked certificates that have not expired yet.'),
  authorities: gauge('forwarder_ca_authorities', 'Authorities in the trust document, which machines trust.'),
}

/** Every metric of the collector, read now. */
export function collectCollector(rooms: CollectorParts): MetricValue[] {
  const { getReceiver, indexer, pipeline, deadLetters, membership, reloads } = rooms
  const receiver = getReceiver()
  const letters = deadLetters.status()
  const delivery = indexer.status()
  const { signer, enrolment, registration } = membership.status()
  return [
    ...collectReloads(reloads.status()),
    ...collectEnrolment(enrolment),
    ...collectSigner(signer),
    ...(registration ? [{ ...REGISTERED, value: registration.state === 'live' ? 1 : 0 }] : []),
    ...(receiver ? mapStatus(RECEIVER, receiver.status()) : []),
    ...collectPipeline(pipeline.status()),
    ...mapStatus(INDEXER, delivery),
    ...delivery.existedBySender.map(({ sender, events }) => ({ ...EXISTED, labels: { sender }, value: events })),
    ...collectHeld(delivery.held),
    { ...OLDEST, value: (delivery.undelivered[0]?.ageMs ?? 0) / 1000 },
    ...mapStatus(LETTERS, letters),
  ]
}

export function collectSigner(signer: SignerStatus | undefined): MetricValue[] {
  if (signer === undefined) return []
  return [...mapStatus(SIGNER, signer), { ...ACTIVE, value: signer.isActive ? 1 : 0 }]
}

const REGISTERED = gauge('forwarder_registered', '1 while the collector is in the directory.')
const ACTIVE = gauge('forwarder_ca_active', '1 while this authority is the one that answers.')
const EXISTED = counter('forwarder_events_existed_by_sender_total', 'Events that were in the store already, by sender.')
const HELD = gauge('forwarder_events_held', 'Events held until an operator fixes their target.')
const OLDEST = gauge(
  'forwarder_oldest_undelivered_event_seconds',
  'Time since the oldest event not yet safe was received.',
)
/** Senders can cause any number of targets. */
const MAX_HELD_SERIES = 20

/** Of the targets with most events; the others share a series without a label. */
export function collectHeld(held: readonly HeldTarget[]): MetricValue[] {
  const sorted = held.toSorted((a, b) => b.events - a.events)
  const others = sorted.slice(MAX_HELD_SERIES).reduce((sum, { events }) => sum + events, 0)
  const named = sorted
    .slice(0, MAX_HELD_SERIES)
    .map(({ target, events }) => ({ ...HELD, labels: { target }, value: events }))
  return others > 0 ? [...named, { ...HELD, labels: { target: '' }, value: others }] : named
}

const LETTERS: MetricTable<ReturnType<CollectorParts['deadLetters']['status']>> = {
  letters: gauge('forwarder_dead_letters', 'Dead letters kept.'),
  bytes: gauge('forwarder_dead_letter_bytes', 'Bytes of dead letters kept.'),
}

/**
 * Unhealthy when the store cannot be reached, a target needs an operator or refuses everything, a processor of the pipeline
 * fails on everything, or there is no certificate to listen with.
 */
export function judgeCollector({ indexer, pipeline, deadLetters, membership, reloads }: CollectorParts): Health {
  const { isHealthy, reasons } = indexer.status().health
  const { enrolment, signer } = membership.status()
  const { faults: pipelineFaults, notes: pipelineNotes } = pipeline.status()
  const faults = [...judgeEnrolment(enrolment), ...pipelineFaults]
  // Events are stored without the authority that this collector may host.
  const { conversion } = deadLetters.status()
  const notes = [
    ...describeReloadFailure(reloads.status()),
    ...pipelineNotes,
    ...(signer?.lastError ? [signer.lastError] : []),
    ...(conversion === undefined ? [] : [conversion]),
  ]
  return { isHealthy: isHealthy && faults.length === 0, reasons: [...reasons, ...faults, ...notes] }
}
