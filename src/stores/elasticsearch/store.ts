import type { StoreEvent } from '../../flow/event-batch.ts'
import { askingStore, type RollingStore } from '../asking-store.ts'
import type { Store, Verdict } from '../contract.ts'
import { createBulkRequest } from './bulk/bulk-request.ts'
import { createBulkWriter } from './bulk/bulk-writer.ts'
import { type Client, createClient } from './http/client.ts'
import { findAcross, findInGenerations } from './index/find-existing-ids.ts'
import { createDestination } from './index/event-destination.ts'
import { createEdgeQuestion } from './index/window-edges.ts'
import type { ElasticsearchOptions } from './options.ts'
import { RequestSize } from './bulk/request-size.ts'
import { createPreparation } from './index/server-preparation.ts'

const DEFAULT_REQUEST_BYTES = 8 * 1024 * 1024
const DEFAULT_REQUEST_EVENTS = 5000
const NOT_SENT: Verdict = { kind: 'retry', reason: 'not sent', isDoubtful: false }

/**
 * Creates a store on Elasticsearch 7, 8, 9 or OpenSearch. It asks no server yet: `write` waits for one that is away.
 * Rejects with a StoreError `options`, or if a PEM file cannot be read.
 */
export async function createElasticsearchStore(options: ElasticsearchOptions): Promise<Store> {
  const destination = createDestination(options)
  const client = await createClient(options)
  const size = new RequestSize(options.maxRequestBytes ?? DEFAULT_REQUEST_BYTES)
  const target = { ...destination, name: destination.wildcard }
  const request = createBulkRequest({
    client,
    target,
    size,
    isCompressed: options.compression === 'gzip',
    pipeline: options.pipeline,
  })
  const write = createBulkWriter({ request, target, size, pipeline: options.pipeline })
  const prepare = createPreparation({ ...options, client, wildcard: destination.wildcard })
  const askAtEdges = createEdgeQuestion({ client, destination, log: options.log })

  const store: Store = {
    name: 'elasticsearch',
    batchLimits: {
      events: options.maxRequestEvents ?? DEFAULT_REQUEST_EVENTS,
      get bytes() {
        return size.bytes
      },
    },
    targetOf: event => destination.nameFor(withReceipt(event)),
    async write(events, giveUp) {
      const obstacle = await prepare()
      if (obstacle !== undefined) return events.map(() => obstacle)
      const received = events.map(withReceipt)
      const settled = await askAtEdges(received, giveUp)
      if (settled.size === 0) return await write(received, giveUp)
      const written = (
        await write(
          received.filter(event => !settled.has(event)),
          giveUp,
        )
      ).values()
      return received.map(event => settled.get(event) ?? written.next().value ?? NOT_SENT)
    },
    greet: async () => explainObstacle(await prepare()),
    stalledRequests: () => client.stalledRequests(),
    close: () => client.close(),
  }
  return withQuestions(store, client, {
    ...options,
    wildcard: destination.wildcard,
    requestTimeoutMs: client.timeoutMs,
  })
}

/** Without a time of receipt an event counts as received now. */
function withReceipt(event: StoreEvent): StoreEvent {
  return event.receivedAtMs === undefined ? { ...event, receivedAtMs: Date.now() } : event
}

function explainObstacle(obstacle: Verdict | undefined): string | undefined {
  return obstacle !== undefined && 'reason' in obstacle ? obstacle.reason : undefined
}

/** A request may take effect this long after its time limit. */
const GRACE_MS = 10_000
const LAST_TRY_MS = 60_000

interface QuestionOptions extends ElasticsearchOptions {
  readonly wildcard: string
  readonly requestTimeoutMs: number
}

/**
 * A target that rolls over is always asked about doubtful events. Any target is, in all indices that a pipeline may choose,
 * while one may choose another index for an event that comes again.
 */
function withQuestions(store: Store, client: Client, options: QuestionOptions): Store {
  const { target, wildcard, allowedIndices = [], mayMove = () => false } = options
  const patterns = [...new Set([wildcard, ...allowedIndices])]
  const asking = askAboutDoubt(store, options, (ids, sinceMs, giveUp) => {
    if (target.kind === 'index' || mayMove()) return findAcross(client, { patterns, ids, sinceMs }, giveUp)
    return findInGenerations(client, { target: target.name, ids, sinceMs }, giveUp)
  })
  if (target.kind !== 'index') return asking
  const write: Store['write'] = (events, giveUp) => (mayMove() ? asking : store).write(events, giveUp)
  return { ...store, write }
}

function askAboutDoubt(
  store: Store,
  { requestTimeoutMs, doubt, log }: QuestionOptions,
  findExisting: RollingStore['findExisting'],
): Store {
  const onForbidden = () => {
    const message =
      'cannot ask the store which doubtful events exist, for lack of rights; some may be stored twice (at-least-once)'
    log.warn({ store: store.name }, message)
  }
  const limits = { lastTryMs: LAST_TRY_MS, tryDeadMs: requestTimeoutMs + GRACE_MS, ...doubt }
  return askingStore({ ...store, findExisting }, { ...limits, onForbidden })
}
