import type { AgentSettings } from '../config/settings.ts'
import type { FileGroup, FilesLimits, FilesSource } from '../files/contract.ts'
import { createFilesSource } from '../files/source.ts'
import { createStdinSource, type StdinSource } from '../files/read/stdin.ts'
import type { Signals, Sink } from '../flow/contract.ts'
import { giveUpAfter } from '../flow/signals.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import type { LineBatch } from '../flow/lines.ts'
import { mergeSources } from '../flow/merge-sources.ts'
import { pump, Pulse } from '../flow/pump.ts'
import { unlessAborted } from '../flow/signals.ts'
import { Publisher } from '../lumberjack/send/publisher.ts'
import type { Registry, TrackedBatch } from '../registry/contract.ts'
import { openRegistry } from '../registry/registry.ts'
import type { Log } from '../telemetry/log.ts'
import { createMeters } from '../telemetry/meters.ts'
import { MetricsSwitch } from '../telemetry/metrics-switch.ts'
import type { Reloads } from '../telemetry/reloads.ts'
import type { Service } from '../telemetry/service.ts'
import { collectAgent, judgeAgent } from './agent-metrics.ts'
import { describeAgent } from './describe-agent.ts'
import { createJournaledSink } from './journaled-sink.ts'
import { publisherSettings, CollectorsInUse } from './collectors-in-use.ts'

export interface AgentContext {
  readonly log: Log
  /** `stop`: an orderly stop was asked for; `giveUp`: leave at once. */
  readonly signals: Signals
  readonly reloads: Reloads<AgentSettings>
  readonly service: Service
}

/** How the agent's work ended. */
export interface AgentEnd {
  /** Lines of standard input that were read and not confirmed: they are gone with the process. */
  readonly unconfirmedInput: number
}

/** What one run of the agent is made of. Where only standard input is read there is nothing to remember, and no registry. */
export interface AgentRooms {
  readonly following: { readonly registry: Registry; readonly files: FilesSource } | undefined
  readonly stdin: StdinSource | undefined
  readonly publisher: Publisher
  readonly collectors: CollectorsInUse
  readonly reloads: Reloads<AgentSettings>
  /** True where no entry says what to follow. */
  readonly isIdle: () => boolean
}

const STDIN = '-'
/** Of files' ranges that are delivered and wait, in order, for earlier ones to be: some hundred bytes each. */
const MOST_RANGES = 20_000

/**
 * Follows files until told to stop, or reads standard input to its end. Resolves after an orderly end: what is acked is in
 * the registry, and what is not will be sent again by the next run.
 */
export async function runAgent(initial: AgentSettings, context: AgentContext): Promise<AgentEnd> {
  const { log, signals, reloads, service } = context
  let settings = initial
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, () => settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()

  const meters = createMeters()
  const ackDuration = meters.createDurationMeter('forwarder_ack_seconds', 'From the first byte of a window to its ack.')
  const collectors = opened.adopt(await CollectorsInUse.open(settings, log), open => open.close())
  const { servers } = collectors
  const publisher = new Publisher({ ...publisherSettings(settings, collectors.tls), servers, ackDuration, log })
  opened.adopt(publisher, open => open.close())
  const following = await openFollowing(settings, log, opened)
  const stdin = openStdin(settings)
  const isIdle = () => settings.files.length === 0
  const rooms: AgentRooms = { following, stdin, publisher, collectors, reloads, isIdle }
  const questions = { collect: () => collectAgent(rooms), health: () => judgeAgent(rooms) }
  const metrics = opened.adopt(new MetricsSwitch({ ...questions, meters, log }), open => open.close())
  await metrics.listen(settings.metrics)

  const pulse = new Pulse('the pump')
  service.attend({ describe: () => describeAgent(rooms), lifeSigns: () => findLifeSigns(rooms, pulse) })

  const stopReloading = reloads.listen(async (next, changed) => {
    await metrics.listen(next.metrics)
    await collectors.change(next, changed)
    publisher.reconfigure(publisherSettings(next, collectors.tls))
    await following?.files.reconfigure(fileGroups(next), fileLimits(next))
    settings = next
  })
  opened.defer(stopReloading)

  const source = mergeSources([following?.files, stdin].filter(one => one !== undefined))
  await lookOnce(following?.files, signals.stop)
  service.ready()
  const sender = wakingSink(collectors, publisher)
  const sink = following ? createJournaledSink(following.registry, sender) : sender
  try {
    const limits = { undelivered: publisher.capacity, uncommitted: MOST_RANGES, weigh: countRanges }
    await pump(source, sink, limits, { stop: signals.stop, giveUp, pulse })
  } catch (error) {
    if (!giveUp.aborted) throw error
    log.warn({ error }, 'stopped before everything in flight was acked: it is sent again at the next start')
  }
  return { unconfirmedInput: stdin?.status().unconfirmed ?? 0 }
}

/** An earlier run may have left something to send, whatever is followed now. */
function wakingSink(collectors: CollectorsInUse, publisher: Publisher): Sink<LineBatch> {
  return {
    async deliver(batch, giveUp) {
      collectors.awake()
      await publisher.deliver(batch, giveUp)
    },
  }
}

/** Only then is it known what is followed, and that it can be. */
async function lookOnce(files: FilesSource | undefined, stop: AbortSignal): Promise<void> {
  if (files === undefined || stop.aborted) return
  await unlessAborted(files.poll(), stop).catch((error: unknown) => {
    if (!stop.aborted) throw error
  })
}

function findLifeSigns({ following, publisher }: AgentRooms, pulse: Pulse): readonly LifeSign[] {
  const own = following === undefined ? [] : [...following.files.lifeSigns(), ...following.registry.lifeSigns()]
  return [pulse.lifeSign(), ...own, ...publisher.lifeSigns()]
}

function countRanges({ ranges }: TrackedBatch): number {
  return Math.max(1, ranges.length)
}

async function openFollowing(
  settings: AgentSettings,
  log: Log,
  opened: AsyncDisposableStack,
): Promise<AgentRooms['following']> {
  const groups = fileGroups(settings)
  // Without any group the first may come with a reload.
  if (groups.length > 0 && groups.every(group => group.paths.length === 0)) return undefined
  const { stateDir, durability, onLostState } = settings
  const registry = opened.adopt(await openRegistry({ stateDir, durability, onLostState, log }), open => open.close())
  const files = createFilesSource({ groups, registry, limits: fileLimits(settings), log, clock: Date.now })
  opened.adopt(files, open => open.close())
  return { registry, files }
}

function fileGroups({ files }: AgentSettings): FileGroup[] {
  return files.map(group => ({ ...group, paths: group.paths.filter(path => path !== STDIN) }))
}

function fileLimits({ spoolSize, pollIntervalMs }: AgentSettings): Partial<FilesLimits> {
  return { batchLines: spoolSize, pollMs: pollIntervalMs }
}

function openStdin({ files, spoolSize }: AgentSettings): StdinSource | undefined {
  const group = files.find(({ paths }) => paths.includes(STDIN))
  if (group === undefined) return undefined
  return createStdinSource({ fields: group.fields, maxLineBytes: group.maxLineBytes, batchLines: spoolSize })
}
