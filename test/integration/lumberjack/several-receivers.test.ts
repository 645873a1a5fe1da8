import test, { type ExecutionContext } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Sink } from '../../../src/flow/contract.ts'
import type { EventBatch } from '../../../src/flow/event-batch.ts'
import type { LineBatch } from '../../../src/flow/line-batch.ts'
import type { ServerTls } from '../../../src/tls/server-tls.ts'
import { Variable } from '../../../src/flow/watched-value.ts'
import type { PublisherSettings } from '../../../src/lumberjack/send/publisher-contract.ts'
import type { ServerAddress } from '../../../src/lumberjack/send/servers/server-address.ts'
import { makeNumberedBatches, numberedLines } from '../../helpers/lumberjack/numbered-batches.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { startPublisher } from '../../helpers/lumberjack/publishers.ts'
import { startTestReceiver, type TestReceiver } from '../../helpers/lumberjack/receivers.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { until } from '../../helpers/time/until.ts'

/** What one Elasticsearch behind all collectors would hold: the first document of an id stays, later ones must be the same. */
class SharedStore {
  readonly documents = new Map<string, string>()
  readonly differing: string[] = []
  again = 0

  put({ events }: EventBatch): void {
    for (const { id, bytes, start, end } of events) {
      const text = bytes.toString('utf8', start, end)
      const known = this.documents.get(id)
      if (known !== undefined) this.again++
      if (known !== undefined && known !== text) this.differing.push(`${known} is not ${text}`)
      this.documents.set(id, known ?? text)
    }
  }
}

/** One collector's way to the store; a stalled one keeps what it has, and stores it late. */
class Gate implements Sink<EventBatch> {
  readonly #store: SharedStore
  #open: PromiseWithResolvers<void> | undefined
  #inHand = 0

  constructor(store: SharedStore) {
    this.#store = store
  }

  get isBusy(): boolean {
    return this.#inHand > 0
  }

  stall(): void {
    this.#open ??= Promise.withResolvers()
  }

  release(): void {
    this.#open?.resolve()
    this.#open = undefined
  }

  async deliver(batch: EventBatch): Promise<void> {
    this.#inHand++
    await sleep(2)
    await this.#open?.promise
    this.#store.put(batch)
    this.#inHand--
  }
}

class Collector {
  readonly gate: Gate
  readonly #t: ExecutionContext
  readonly #tls: ServerTls | undefined
  #receiver: TestReceiver | undefined
  #port = 0

  constructor(t: ExecutionContext, store: SharedStore, tls: ServerTls | undefined) {
    this.#t = t
    this.#tls = tls
    this.gate = new Gate(store)
  }

  get address(): ServerAddress {
    return { host: '127.0.0.1', port: this.#port }
  }

  async start(): Promise<void> {
    const listen = [{ host: '127.0.0.1', port: this.#port }]
    this.#receiver = await startTestReceiver(this.#t, { listen, sink: this.gate, keepaliveMs: 50, tls: this.#tls })
    this.#port = this.#receiver.port
  }

  async killWhenBusy(): Promise<void> {
    await until(() => this.gate.isBusy, 'it has a batch in hand')
    await this.kill()
  }

  /** As with kill -9: what it has in hand has no ack. */
  async kill(): Promise<void> {
    const closing = this.#receiver?.receiver.close(AbortSignal.abort())
    // It waits for its sink, which may be stalled: the sockets are gone at once.
    await Promise.race([closing, sleep(20)])
  }
}

const plain: PublisherSettings = {
  tls: undefined,
  protocol: 2,
  compressionLevel: 1,
  windowsInFlight: 3,
  timeoutMs: 400,
  host: 'test-host',
  balance: 'all',
  maxConnectionAgeMs: 1000,
}

type TestPublisher = ReturnType<typeof startPublisher>

/** Sends the batches as fast as the publisher takes them; resolves when all are acked. */
async function sendAll(publisher: TestPublisher, batches: readonly LineBatch[], onSend: () => void): Promise<void> {
  const open = new Set<Promise<void>>()
  for (const batch of batches) {
    const sent = publisher.send(batch).finally(() => open.delete(sent))
    open.add(sent)
    onSend()
    while (open.size >= publisher.capacity.current) await Promise.race(open)
  }
  await Promise.all(open)
}

for (const { wire, isSecure } of [
  { wire: 'in plain text', isSecure: false },
  { wire: 'in our own wire form and in JSON by turns', isSecure: true },
])
  test(`three collectors that are killed, stalled, taken off the list and renewed under load store every line once and unaltered (${wire})`, async t => {
    const store = new SharedStore()
    const { ca, server, client } = await makeCertificates(await makeTempDir(t))
    const tls = { ca, certificate: client.certificate, key: client.key }
    const settings: PublisherSettings = isSecure ? { ...plain, tls, timeoutMs: 1000 } : plain
    const collectors = [1, 2, 3].map(() => new Collector(t, store, isSecure ? server : undefined))
    const [first, second, third] = collectors as [Collector, Collector, Collector]
    await Promise.all(collectors.map(collector => collector.start()))
    const servers = new Variable(collectors.map(({ address }) => address))
    const publisher = startPublisher(t, servers, { ...settings, random: Math.random })
    await until(() => publisher.status().linksConnected === 3, 'all are connected')
    const form = isSecure ? 'forwarder/1' : 'lumberjack'
    for (const { state } of publisher.status().links) t.like(state, { kind: 'connected', form })

    let sentCount = 0
    const load = sendAll(publisher, makeNumberedBatches(3000, 5), () => sentCount++)
    const faults: (() => Promise<void> | void)[] = [
      () => first.killWhenBusy(),
      () => first.start(),
      () => second.gate.stall(),
      () => servers.set([first.address, second.address]),
      () => second.gate.release(),
      () => publisher.reconfigure({ ...settings, compressionLevel: 0, wireForm: 'lumberjack' }),
      () => servers.set(collectors.map(({ address }) => address)),
      async () => void (await Promise.all([first.killWhenBusy(), second.killWhenBusy()])),
      () => publisher.reconfigure({ ...settings, balance: 'random' }),
      async () => void (await Promise.all([first.start(), second.start()])),
      () => publisher.reconfigure(settings),
      () => third.gate.stall(),
      () => third.killWhenBusy(),
      // Late, when others have stored the same: what a collector had in hand when it died may still reach the store.
      () => third.gate.release(),
      () => third.start(),
      () => publisher.reconfigure({ ...settings, balance: 'failover', wireForm: 'lumberjack' }),
      () => first.kill(),
      () => publisher.reconfigure({ ...settings, protocol: 2, windowsInFlight: 2 }),
    ]
    let done = 0
    for (const fault of faults) {
      const before = sentCount
      await fault()
      done++
      await sleep(150)
      t.log(`after fault ${done}: ${sentCount - before} batches more`)
    }
    await load
    const { eventsAcked, eventsResent, connectionsLost } = publisher.status()
    t.log(`${eventsAcked} acked, ${eventsResent} sent again, ${store.again} of them stored before`)
    t.true(connectionsLost >= 3 && store.again > 0, 'the faults happened')
    t.deepEqual(store.differing, [])
    const messages = [...store.documents.values()].map(text => (JSON.parse(text) as { message: string }).message)
    t.is(store.documents.size, 15_000, 'one id a line')
    t.deepEqual(messages.toSorted(), numberedLines(15_000).toSorted())
  })
