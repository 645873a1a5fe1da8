import type { BackoffLimits } from '../../flow/backoff.ts'
import type { Watched } from '../../flow/watched-value.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Capacity } from './batch-capacity.ts'
import type { MutableCounts, PublisherOptions, PublisherSettings } from './publisher-contract.ts'
import type { Balancer } from './queue/balancer.ts'
import type { DeliveryQueue } from './queue/delivery-queue.ts'
import type { Dispatcher } from './queue/dispatcher.ts'
import type { Refusals } from './refusals.ts'
import type { ServerAcks } from './server-ack-counts.ts'
import type { DialOptions } from './servers/dial.ts'
import type { FailbackTimes } from './servers/failback.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { ZstdFrames } from './zstd-frames.ts'

/** What all links of one configuration share. */
export interface LinkContext {
  readonly settings: PublisherSettings
  readonly servers: Watched<readonly ServerAddress[]>
  readonly queue: DeliveryQueue
  readonly dispatcher: Dispatcher
  readonly balancer: Balancer
  readonly refusals: Refusals
  readonly dialing: DialOptions
  /** Compresses for all connections that carry our own wire form. */
  readonly zstd: ZstdFrames
  readonly times: LinkTimes
  readonly totals: PublisherTotals
  readonly log: Log
}

export interface LinkTimes {
  /** Keep-alives without progress for this long end a connection. */
  readonly stallMs: number
  readonly backoff: BackoffLimits
  readonly failback: FailbackTimes
}

/** What is counted over all configurations. */
export interface PublisherTotals {
  readonly counts: MutableCounts
  readonly serverAcks: ServerAcks
  readonly capacity: Capacity
  readonly ackDuration: PublisherOptions['ackDuration']
}
