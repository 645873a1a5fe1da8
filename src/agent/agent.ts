import type { AgentSettings } from '../config/settings.ts'
import type { FilesSource } from '../files/contract.ts'
import { createFilesSource } from '../files/source.ts'
import { createStdinSource, type StdinSource } from '../files/stdin.ts'
import type { Signals } from '../flow/contract.ts'
import { giveUpAfter } from '../flow/give-up.ts'
import { mergeSources } from '../flow/merge-sources.ts'
import { pump } from '../flow/pump.ts'
import { constant } from '../flow/watched.ts'
import { createPublisher, type Publisher } from '../lumberjack/publisher.ts'
import type { Registry } from '../registry/contract.ts'
import { openRegistry } from '../registry/registry.ts'
import type { Log } from '../telemetry/log.ts'
import { createMeters } from '../telemetry/meters.ts'
import { startMetrics } from '../telemetry/metrics.ts'
import { collectAgent, judgeAgent } from './agent-metrics.ts'
import { createJournaledSink } from './journaled-sink.ts'

export interface AgentContext {
  readonly log: Log
  /** `stop`: an orderly stop was asked for; `giveUp`: leave at once. */
  readonly signals: Signals
}

/** How the agent's work ended. */
export interface AgentEnd {
  /** Lines of standard input that were read and not confirmed: they are gone with the process. */
  readonly unconfirmedInput: number
}

/** What one run of the agent is made of. Without files to follow there is nothing to remember, and no registry. */
export interface AgentRooms {
  readonly following: { readonly registry: Registry; readonly files: FilesSource } | undefined
  readonly stdin: StdinSource | undefined
  readonly publisher: Publisher
}

const STDIN = '-'
/** Batches that are being encoded and compressed while as many windows as allowed wait for their acks. */
const BATCHES_IN_PREPARATION = 2

/**
 * Follows files until told to stop, or reads standard input to its end. Resolves after an orderly end: what is acked is in
 * the registry, and what is not will be sent again by the next run.
 */
export async function runAgent(settings: AgentSettings, { log, signals }: AgentContext): Promise<AgentEnd> {
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()

  const meters = createMeters()
  const ackDuration = meters.createDurationMeter('forwarder_ack_seconds', 'From the first byte of a window to its ack.')
  const servers = settings.discovery.kind === 'static' ? settings.discovery.servers : []
  const publisher = createPublisher({
    ...settings.network,
    servers: constant(servers),
    host: settings.host,
    ackDuration,
    log,
  })
  opened.adopt(publisher, open => open.close())
  const following = await openFollowing(settings, log, opened)
  const stdin = openStdin(settings)
  if (settings.metrics !== undefined) {
    const rooms: AgentRooms = { following, stdin, publisher }
    const questions = { collect: () => collectAgent(rooms), health: () => judgeAgent(rooms) }
    opened.adopt(await startMetrics({ listen: settings.metrics, ...questions, meters, log }), open => open.close())
  }

  const source = mergeSources([following?.files, stdin].filter(one => one !== undefined))
  const sink = following ? createJournaledSink(following.registry, publisher) : publisher
  const inFlightLimit = settings.network.windowsInFlight + BATCHES_IN_PREPARATION
  try {
    await pump(source, sink, inFlightLimit, { stop: signals.stop, giveUp })
  } catch (error) {
    if (!giveUp.aborted) throw error
    log.warn({ error }, 'stopped before everything in flight was acked: it is sent again at the next start')
  }
  return { unconfirmedInput: stdin?.status().unconfirmed ?? 0 }
}

async function openFollowing(
  settings: AgentSettings,
  log: Log,
  opened: AsyncDisposableStack,
): Promise<AgentRooms['following']> {
  const groups = settings.files.map(group => ({ ...group, paths: group.paths.filter(path => path !== STDIN) }))
  if (groups.every(group => group.paths.length === 0)) return undefined
  const { stateDir, durability, onLostState } = settings
  const registry = opened.adopt(await openRegistry({ stateDir, durability, onLostState, log }), open => open.close())
  const limits = { batchLines: settings.spoolSize, pollMs: settings.pollIntervalMs }
  const files = createFilesSource({ groups, registry, limits, log, clock: Date.now })
  opened.adopt(files, open => open.close())
  return { registry, files }
}

function openStdin({ files, spoolSize }: AgentSettings): StdinSource | undefined {
  const group = files.find(({ paths }) => paths.includes(STDIN))
  if (group === undefined) return undefined
  return createStdinSource({ fields: group.fields, maxLineBytes: group.maxLineBytes, batchLines: spoolSize })
}
