import type { CollectorSettings } from '../config/settings.ts'
import type { DeadLetters } from '../delivery/contract.ts'
import type { Indexer } from '../delivery/indexer.ts'
import type { Receiver } from '../lumberjack/receive/receiver.ts'
import type { PipelineSink } from '../pipeline/pipeline-sink.ts'
import type { Store } from '../stores/contract.ts'
import type { Reloads } from '../telemetry/reload-status.ts'
import type { FleetMembership } from './fleet-membership.ts'
import type { StoreProbe } from './store-probe.ts'

/** Where events go. */
export interface Storage {
  readonly store: Store
  readonly storeProbe: StoreProbe
  readonly indexer: Indexer
  /** In front of the indexer; without a pipeline in the settings it only passes batches on. */
  readonly pipeline: PipelineSink
  readonly deadLetters: DeadLetters
}

/** The parts of one run of the collector. */
export interface CollectorParts extends Storage {
  readonly membership: FleetMembership
  readonly reloads: Reloads<CollectorSettings>
  /** Gives undefined until there is a certificate to listen with. */
  readonly getReceiver: () => Receiver | undefined
}
