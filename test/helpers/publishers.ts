import type { ExecutionContext } from 'ava'
import type { LineBatch } from '../../src/flow/lines.ts'
import { createPublisher, type Publisher, type PublisherOptions } from '../../src/lumberjack/publisher.ts'
import { makeRecordingLog } from './recording-log.ts'

export type TestPublisher = Publisher & {
  readonly log: ReturnType<typeof makeRecordingLog>
  /** Delivers without a wish to give up. */
  send(batch: LineBatch): Promise<void>
}

/** A publisher in a hurry (waits of milliseconds) that goes with the test. */
export function startPublisher(
  t: ExecutionContext,
  servers: PublisherOptions['servers'],
  change: Partial<PublisherOptions> = {},
): TestPublisher {
  const log = makeRecordingLog()
  const publisher = createPublisher({
    servers: servers.map(({ host, port }) => ({ host, port })),
    tls: undefined,
    protocol: 2,
    compressionLevel: 1,
    windowsInFlight: 3,
    timeoutMs: 5000,
    host: 'test-host',
    backoff: { firstMs: 10, maxMs: 40 },
    random: () => 0,
    log,
    ...change,
  })
  t.teardown(() => publisher.close())
  return { ...publisher, log, send: batch => publisher.deliver(batch, new AbortController().signal) }
}
