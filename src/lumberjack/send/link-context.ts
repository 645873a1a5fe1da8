import type { BackoffLimits } from '../../flow/backoff.ts'
import type { Watched } from '../../flow/watched.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Balancer } from './queue/balancer.ts'
import type { DeliveryQueue } from './queue/delivery-queue.ts'
import type { DialOptions } from './servers/dial.ts'
import type { Dispatcher } from './queue/dispatcher.ts'
import type { FailbackTimes } from './servers/failback.ts'
import type { MutableCounts, PublisherOptions, PublisherSettings } from './publisher-contract.ts'
import type { ServerAddress } from './servers/server-address.ts'
import type { ServerAcks } from './server-acks.ts'

/** What all links of one configuration share. */
export interface LinkContext {
  readonly settings: PublisherSettings
  readonly servers: Watched<readonly ServerAddress[]>
  readonly queue: DeliveryQueue
  readonly dispatcher: Dispatcher
  readonly balancer: Balancer
  readonly dialing: DialOptions
  readonly backoff: BackoffLimits
  readonly stallMs: number
  readonly failback: FailbackTimes
  readonly random: () => number
  readonly log: Log
  readonly counts: MutableCounts
  readonly serverAcks: ServerAcks
  readonly ackDuration: PublisherOptions['ackDuration']
  /** So many more connections (or fewer, below 0) take batches; and so many more only wait for their last acks. */
  readonly onConnections: (taking: number, waiting: number) => void
}
