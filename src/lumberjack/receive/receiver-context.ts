import { randomBytes } from 'node:crypto'
import { ByteAccount } from '../../flow/byte-account.ts'
import type { Signals, Sink } from '../../flow/contract.ts'
import type { EventBatch } from '../../flow/event-batch.ts'
import type { LifeSign } from '../../flow/life-sign.ts'
import type { Log } from '../../telemetry/log.ts'
import { FrameWorkers } from '../../workers/frame-workers.ts'
import { ClientLog } from './client-log.ts'
import { FrameTurns } from './frame-turns.ts'
import { JoinableWindows } from './join-repeated-windows.ts'
import {
  type ReceiverCounts,
  type ReceiverOptions,
  type ReceiverSettings,
  type ResolvedLimits,
  makeReceiverCounts,
  resolveLimits,
} from './receiver-contract.ts'

const DEFAULT_WORKERS = 1

/** What clients may claim. */
export interface IdRules extends NonNullable<ReceiverSettings['ids']> {
  /** Clients are asked for certificates: what one without a name claims is bound to no name. */
  readonly isAsking: boolean
}

/** Everything that the connections of a receiver share. */
export interface ReceiverContext {
  readonly sink: Sink<EventBatch>
  readonly limits: ResolvedLimits
  readonly keepaliveMs: number
  readonly log: Log
  /** For warnings that a client can cause. */
  readonly clientLog: ClientLog
  readonly now: () => number
  readonly counts: ReceiverCounts
  /** Memory for what is read, and for events on their way. */
  readonly account: ByteAccount
  readonly makeId: () => string
  readonly ids: IdRules
  /** They read the events of frames. */
  readonly workers: FrameWorkers
  /** Each of them waits for its turn to read frames. */
  readonly turns: FrameTurns
  readonly joinableWindows: JoinableWindows
  /** One for each connection that is served. */
  readonly lifeSigns: Set<() => LifeSign>
  /** `drain`: end between windows, and soon. */
  readonly signals: Signals & { readonly drain: AbortSignal }
}

export function createReceiverContext(options: ReceiverOptions, signals: ReceiverContext['signals']): ReceiverContext {
  const { sink, keepaliveMs, log, now = Date.now } = options
  const limits = resolveLimits(options.limits)
  return {
    sink,
    keepaliveMs,
    log,
    clientLog: new ClientLog(log),
    limits,
    now,
    signals,
    counts: makeReceiverCounts(),
    account: new ByteAccount({ totalBytes: limits.bytesInFlight }),
    makeId: createIdMaker(),
    ids: makeIdRules(options),
    workers: new FrameWorkers({ workers: options.workers ?? DEFAULT_WORKERS, log }),
    turns: new FrameTurns(),
    lifeSigns: new Set(),
    joinableWindows: new JoinableWindows(limits.unwrittenAckMs, now),
  }
}

/** The context for connections from now on; the total of its account counts for all. */
export function changeContext(
  context: ReceiverContext,
  {
    limits,
    keepaliveMs,
    workers,
    ids,
    tls,
  }: Pick<ReceiverSettings, 'limits' | 'keepaliveMs' | 'workers' | 'ids' | 'tls'>,
): ReceiverContext {
  const changed = { ...context, limits: resolveLimits(limits), keepaliveMs, ids: makeIdRules({ ids, tls }) }
  changed.account.resize(changed.limits.bytesInFlight)
  changed.workers.resize(workers ?? DEFAULT_WORKERS)
  changed.joinableWindows.keepFor(changed.limits.unwrittenAckMs)
  return changed
}

function makeIdRules({ ids, tls }: Pick<ReceiverSettings, 'ids' | 'tls'>): IdRules {
  const isAsking = tls?.ca !== undefined && tls.clientAuth !== 'none'
  return { requireBound: false, requireOwnHost: false, ...ids, isAsking }
}

/** Ids for events without one: 96 random bits for each receiver and a counter, so that no id is given twice. */
function createIdMaker(): () => string {
  const prefix = randomBytes(12).toString('base64url')
  let count = 0
  return () => `${prefix}-r${(count++).toString(36)}`
}
