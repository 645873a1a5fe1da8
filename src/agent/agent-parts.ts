import type { AgentSettings } from '../config/settings.ts'
import type { FilesSource } from '../files/contract.ts'
import type { StdinSource } from '../files/read/stdin.ts'
import type { Publisher } from '../lumberjack/send/publisher.ts'
import type { Registry } from '../registry/contract.ts'
import type { Reloads } from '../telemetry/reload-status.ts'
import type { CollectorsInUse } from './collectors-in-use.ts'
import type { RefusedEvents } from './refused-events.ts'

/** The parts of one run of the agent. */
export interface AgentParts {
  /** Undefined where only standard input is read: then there is nothing to remember, and no registry. */
  readonly following: { readonly registry: Registry; readonly files: FilesSource } | undefined
  readonly stdin: StdinSource | undefined
  readonly publisher: Publisher
  readonly refused: RefusedEvents
  readonly collectors: CollectorsInUse
  readonly reloads: Reloads<AgentSettings>
  /** True while `files` is empty. */
  readonly isIdle: () => boolean
  /** Begins each new file id. */
  readonly idPrefix: () => string
}
