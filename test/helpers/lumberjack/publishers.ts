import type { ExecutionContext } from 'ava'
import type { LineBatch } from '../../../src/flow/line-batch.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { Publisher } from '../../../src/lumberjack/send/publisher.ts'
import type { PublisherOptions } from '../../../src/lumberjack/send/publisher-contract.ts'
import type { ServerAddress } from '../../../src/lumberjack/send/servers/server-address.ts'
import { patience } from '../time/patience.ts'
import { makeRecordingLog } from '../process/recording-log.ts'

export type TestPublisher = Publisher & {
  readonly log: ReturnType<typeof makeRecordingLog>
  /** Delivers without a wish to give up. */
  send(batch: LineBatch): Promise<void>
}

/** A publisher in a hurry (waits of milliseconds) that goes with the test. */
export function startPublisher(
  t: ExecutionContext,
  servers: readonly ServerAddress[] | PublisherOptions['servers'],
  change: Partial<PublisherOptions> = {},
): TestPublisher {
  const log = makeRecordingLog()
  const publisher = new Publisher({
    servers: 'current' in servers ? servers : constant(servers.map(pickAddress)),
    balance: 'random',
    maxConnectionAgeMs: 0,
    tls: undefined,
    protocol: 2,
    compressionLevel: 1,
    windowsInFlight: 3,
    timeoutMs: patience(5000),
    host: 'test-host',
    backoff: { firstMs: 10, maxMs: 40 },
    random: () => 0,
    log,
    ...change,
  })
  t.teardown(() => publisher.close())
  const send = (batch: LineBatch) => publisher.deliver(batch, new AbortController().signal)
  return Object.assign(publisher, { log, send })
}

/** Leaves out the members that only a test's server has. */
function pickAddress({ host, port, address, weight, zone }: ServerAddress): ServerAddress {
  const rest = { ...(address && { address }), ...(weight && { weight }), ...(zone && { zone }) }
  return { host, port, ...rest }
}
