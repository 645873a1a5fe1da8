import { join } from 'node:path'
import type { AgentSettings, FileGroupSettings } from '../config/settings.ts'
import type { FileGroup, FilesLimits, FilesSource } from '../files/contract.ts'
import type { KnownFormats } from '../files/read/records/known-formats.ts'
import type { RecordSettings } from '../files/read/records/record-settings.ts'
import { StdinSource } from '../files/read/stdin.ts'
import { createFilesSource } from '../files/source.ts'
import type { Signals, Source } from '../flow/contract.ts'
import type { LifeSign } from '../flow/life-sign.ts'
import { mergeSources } from '../flow/merge-sources.ts'
import { pump, Pulse } from '../flow/pump.ts'
import { giveUpAfter, unlessAborted } from '../flow/abort-signals.ts'
import type { PublisherSettings, RefusedEvent } from '../lumberjack/send/publisher-contract.ts'
import { Publisher } from '../lumberjack/send/publisher.ts'
import type { TrackedBatch } from '../registry/contract.ts'
import { openRegistry } from '../registry/registry.ts'
import type { Log } from '../telemetry/log.ts'
import { LazyMeters } from '../telemetry/lazy-meters.ts'
import { MetricsSwitch } from '../telemetry/reloadable-metrics-endpoint.ts'
import type { Reloads } from '../telemetry/reload-status.ts'
import type { Service } from '../telemetry/systemd/service-manager.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import { collectAgent, judgeAgent } from './agent-metrics.ts'
import type { AgentParts } from './agent-parts.ts'
import { CollectorsInUse } from './collectors-in-use.ts'
import { describeAgent } from './agent-status-line.ts'
import { NameHashPrefix } from './name-hash-prefix.ts'
import { RefusedEvents } from './refused-events.ts'
import { watchFirstBatch } from './watch-first-batch.ts'
import { createJournaledSink } from './journaled-sink.ts'
import { loadKnownFormats } from './known-formats.ts'

export interface AgentContext {
  readonly log: Log
  /** `stop`: stop in order; `giveUp`: exit at once. */
  readonly signals: Signals
  readonly reloads: Reloads<AgentSettings>
  readonly service: Service
}

/** How the agent's work ended. */
export interface AgentEnd {
  /** Lines of standard input that were read and not acked: they are lost with the process. */
  readonly unconfirmedInput: number
}

const STDIN = '-'
/** File ranges that are delivered and wait, in order, for earlier ones: a few hundred bytes of memory each. */
const MAX_WAITING_RANGES = 20_000

/**
 * Follows files until it is stopped, or reads standard input to its end. Resolves after an orderly end: acked lines are in
 * the registry, and the others are sent again by the next run.
 */
export async function runAgent(initial: AgentSettings, context: AgentContext): Promise<AgentEnd> {
  const { log, signals, reloads, service } = context
  let settings = initial
  const giveUp = AbortSignal.any([signals.giveUp, giveUpAfter(signals.stop, () => settings.shutdownTimeoutMs)])
  await using opened = new AsyncDisposableStack()
  const meters = new LazyMeters()
  const rooms = await openRooms(settings, context, {
    opened,
    meters,
    isIdle: () => settings.files.length === 0,
    enrolledName: () => settings.enrolment?.name,
  })
  const { following, stdin, publisher, collectors } = rooms
  const questions = { collect: () => collectAgent(rooms), health: () => judgeAgent(rooms) }
  const metrics = opened.adopt(new MetricsSwitch({ ...questions, meters, log }), open => open.close())
  await metrics.listen(settings.metrics)

  const pulse = new Pulse('the pump')
  service.attend({ describe: () => describeAgent(rooms), lifeSigns: () => findLifeSigns(rooms, pulse) })

  const stopReloading = reloads.listen(async next => {
    await metrics.listen(next.metrics)
    await collectors.change(next)
    publisher.reconfigure(publisherSettings(next, collectors.tls))
    const extras = { idPrefix: rooms.idPrefix, formats: await loadKnownFormats(next) }
    await following?.files.reconfigure(fileGroups(next, extras), fileLimits(next))
    settings = next
  })
  opened.defer(stopReloading)

  await lookOnce(following?.files, signals.stop)
  service.noteReady()
  const source = joinSources(rooms)
  const sink = following ? createJournaledSink(following.registry, publisher) : publisher
  try {
    const limits = { undelivered: publisher.capacity, uncommitted: MAX_WAITING_RANGES, weigh: countRanges }
    await pump(source, sink, { limits, stop: signals.stop, giveUp, pulse })
  } catch (error) {
    if (!giveUp.aborted) throw error
    log.warn({ error }, 'stopped before everything in flight was acked; the rest is sent again at the next start')
  }
  return { unconfirmedInput: stdin?.status().unconfirmed ?? 0 }
}

interface RoomsOptions {
  /** Closes the rooms. */
  readonly opened: AsyncDisposableStack
  readonly meters: LazyMeters
  readonly isIdle: () => boolean
  readonly enrolledName: () => string | undefined
}

async function openRooms(
  settings: AgentSettings,
  { log, reloads }: AgentContext,
  { opened, meters, isIdle, enrolledName }: RoomsOptions,
): Promise<AgentParts> {
  const ackDuration = meters.createDurationMeter(
    'forwarder_ack_seconds',
    'Time from the first byte of a window to its ack.',
  )
  const collectors = opened.adopt(await CollectorsInUse.open(settings, log), open => open.close())
  const { servers, tls } = collectors
  const refused = new RefusedEvents(join(settings.stateDir, 'refused'))
  const keepRefused = (event: RefusedEvent) => refused.keep(event)
  const publisher = new Publisher({ ...publisherSettings(settings, tls), servers, ackDuration, keepRefused, log })
  opened.adopt(publisher, open => open.close())
  const names = new NameHashPrefix({ tls: () => collectors.tls, requestedName: enrolledName })
  const idPrefix = names.current
  const following = await openFollowing(settings, { log, idPrefix }, opened)
  return { following, stdin: openStdin(settings, idPrefix), publisher, refused, collectors, reloads, isIdle, idPrefix }
}

/** `tls` is what the collectors were found with. */
function publisherSettings({ network, host }: AgentSettings, tls: ClientTls | undefined): PublisherSettings {
  return { ...network, tls, host }
}

/** While `files` is empty, an earlier run may still have left something to send: its first batch wakes the links. */
function joinSources({ following, stdin, refused, collectors }: AgentParts): Source<TrackedBatch> {
  const inputs = [following?.files, stdin].filter(input => input !== undefined)
  const sources = inputs.map(input => refused.account(input))
  const [only = mergeSources(sources)] = sources.length === 1 ? sources : []
  return collectors.isAsleep ? watchFirstBatch(only, () => collectors.wake()) : only
}

/** Before this it is not known which files are followed, and whether that is possible. */
async function lookOnce(files: FilesSource | undefined, stop: AbortSignal): Promise<void> {
  if (files === undefined || stop.aborted) return
  await unlessAborted(files.poll(), stop).catch((error: unknown) => {
    if (!stop.aborted) throw error
  })
}

function findLifeSigns({ following, publisher }: AgentParts, pulse: Pulse): readonly LifeSign[] {
  const own = following === undefined ? [] : [...following.files.lifeSigns(), ...following.registry.lifeSigns()]
  return [pulse.lifeSign(), ...own, ...publisher.lifeSigns()]
}

function countRanges({ ranges }: TrackedBatch): number {
  return Math.max(1, ranges.length)
}

async function openFollowing(
  settings: AgentSettings,
  { log, idPrefix }: { readonly log: Log; readonly idPrefix: () => string },
  opened: AsyncDisposableStack,
): Promise<AgentParts['following']> {
  const groups = fileGroups(settings, { idPrefix, formats: await loadKnownFormats(settings) })
  // With no group at all, the first one may come with a reload.
  if (groups.length > 0 && groups.every(group => group.paths.length === 0)) return undefined
  const { stateDir, durability, onLostState } = settings
  const registry = opened.adopt(await openRegistry({ stateDir, durability, onLostState, log }), open => open.close())
  const files = createFilesSource({ groups, registry, limits: fileLimits(settings), log, clock: Date.now })
  opened.adopt(files, open => open.close())
  return { registry, files }
}

interface GroupExtras {
  readonly idPrefix: () => string
  readonly formats: KnownFormats | undefined
}

function fileGroups({ files }: AgentSettings, { idPrefix, formats }: GroupExtras): FileGroup[] {
  return files.map(group => {
    const {
      multiline: _multiline,
      formatMultiline: _formatMultiline,
      includeLines: _include,
      excludeLines: _exclude,
      format: _f,
      text: _t,
      ...rest
    } = group
    const found = group.format === 'auto' && formats !== undefined ? { formats } : {}
    return { ...rest, ...recordsOf(group), ...found, idPrefix, paths: group.paths.filter(path => path !== STDIN) }
  })
}

function fileLimits({ spoolSize, pollIntervalMs, ...settings }: AgentSettings): Partial<FilesLimits> {
  const { holdTimeMs: deletedHoldMs = Infinity, holdBytes: deletedHoldBytes = Infinity } = settings
  return { batchLines: spoolSize, pollMs: pollIntervalMs, deletedHoldMs, deletedHoldBytes }
}

function openStdin({ files, spoolSize }: AgentSettings, idPrefix: () => string): StdinSource | undefined {
  const group = files.find(({ paths }) => paths.includes(STDIN))
  if (group === undefined) return undefined
  const { fields, maxLineBytes } = group
  return new StdinSource({ fields, maxLineBytes, batchLines: spoolSize, idPrefix, ...recordsOf(group) })
}

/** Nothing where each line is a record. */
function recordsOf(group: FileGroupSettings): { readonly records?: RecordSettings } {
  const { format, text, multiline, formatMultiline, includeLines, excludeLines } = group
  const all = [format, text, multiline, includeLines, excludeLines]
  if (all.every(setting => setting === undefined)) return {}
  return {
    records: {
      ...(format && { format }),
      ...(text && { text }),
      ...(multiline && { multiline }),
      ...(formatMultiline && { formatMultiline }),
      ...(includeLines && { includeLines }),
      ...(excludeLines && { excludeLines }),
    },
  }
}
