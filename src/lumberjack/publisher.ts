import { Backoff } from '../flow/backoff.ts'
import { constant } from '../flow/watched.ts'
import { TlsClient } from '../tls/client-tls.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { Link } from './link.ts'
import { type MutableCounts, type Publisher, type PublisherOptions, zeroCounts } from './publisher-contract.ts'
import { ServerRing } from './server-ring.ts'

export type {
  Balance,
  Publisher,
  PublisherOptions,
  PublisherSettings,
  PublisherStatus,
  ServerAddress,
} from './publisher-contract.ts'

const STALL_MS = 5 * 60_000
const BACKOFF = { firstMs: 1000, maxMs: 30_000 }

/** Connects to one of the servers at once, and keeps at it until it is closed. */
export function createPublisher(options: PublisherOptions): Publisher {
  const queue = new DeliveryQueue()
  const counts = zeroCounts()
  let link = createLink(options, queue, counts)
  let running = link.run()
  return {
    async deliver(batch, giveUp) {
      if (batch.lineCount > 0) await queue.add(batch, giveUp)
    },
    status: () => {
      const status = link.status()
      const linksConnected = status.state.kind === 'connected' ? 1 : 0
      return {
        ...counts,
        batchesWaiting: queue.length,
        batchesOpen: queue.openCount,
        linksConnected,
        links: [status],
      }
    },
    capacity: constant(options.windowsInFlight + 2),
    reconfigure(settings) {
      link.close()
      link = createLink({ ...options, ...settings }, queue, counts)
      running = link.run()
    },
    async close() {
      queue.close()
      link.close()
      await running
    },
  }
}

function createLink(options: PublisherOptions, queue: DeliveryQueue, counts: MutableCounts): Link {
  const { log, tls, timeoutMs, ackDuration, random = Math.random } = options
  const { protocol, compressionLevel, windowsInFlight, host } = options
  return new Link({
    servers: new ServerRing(options.servers.current, random),
    backoff: new Backoff(options.backoff ?? BACKOFF, random),
    dialing: { tls: tls && new TlsClient(tls, log), timeoutMs, random },
    conversation: {
      protocol,
      compressionLevel,
      windowsInFlight,
      host,
      timeoutMs,
      queue,
      counts,
      stallMs: options.stallMs ?? STALL_MS,
      ...(ackDuration === undefined ? {} : { ackDuration }),
    },
    log,
    tls,
  })
}
