import type { Store, Verdict } from '../contract.ts'
import { createBulkRequest } from './bulk/bulk-request.ts'
import { createBulkWriter } from './bulk/bulk-writer.ts'
import { type Client, createClient } from './http/client.ts'
import { findInGenerations } from './index/find-existing-ids.ts'
import { checkTargetName, parseIndexPattern } from './index/index-pattern.ts'
import type { ElasticsearchOptions, Target } from './options.ts'
import { RequestSize } from './bulk/request-size.ts'
import { createPreparation } from './index/server-preparation.ts'

const DEFAULT_REQUEST_BYTES = 8 * 1024 * 1024
const DEFAULT_REQUEST_EVENTS = 5000

/** The names of a target's indices: the one to write to, and a pattern that matches all. */
export interface TargetNaming {
  readonly nameFor: (timeMs: number) => string
  readonly wildcard: string
}

/**
 * Creates a store on Elasticsearch 7, 8, 9 or OpenSearch. It asks no server yet: `write` waits for one that is away.
 * Rejects with a StoreError `options`, or if a PEM file cannot be read.
 */
export async function createElasticsearchStore(options: ElasticsearchOptions): Promise<Store> {
  const naming = nameTarget(options.target)
  const isRolling = options.target.kind !== 'index'
  const client = await createClient(options)
  const size = new RequestSize(options.maxRequestBytes ?? DEFAULT_REQUEST_BYTES)
  const target = { nameFor: naming.nameFor, name: naming.wildcard }
  const request = createBulkRequest({
    client,
    target,
    size,
    isCompressed: options.compression === 'gzip',
    pipeline: options.pipeline,
  })
  const write = createBulkWriter({ request, target, size })
  const prepare = createPreparation({ ...options, client, wildcard: naming.wildcard })

  return {
    name: 'elasticsearch',
    isRolling,
    batchLimits: {
      events: options.maxRequestEvents ?? DEFAULT_REQUEST_EVENTS,
      get bytes() {
        return size.bytes
      },
    },
    targetOf: event => naming.nameFor(event.timeMs),
    async write(events, giveUp) {
      const obstacle: Verdict | undefined = await prepare()
      return obstacle === undefined ? await write(events, giveUp) : events.map(() => obstacle)
    },
    ...(isRolling && { findExisting: findExisting(client, naming.nameFor(0)) }),
    greet: async () => explainObstacle(await prepare()),
    close: () => client.close(),
  }
}

/** Throws a StoreError `options`. */
export function nameTarget(target: Target): TargetNaming {
  if (target.kind === 'index') return parseIndexPattern(target.pattern)
  checkTargetName(target.name)
  const { name } = target
  return { nameFor: () => name, wildcard: target.kind === 'alias' ? `${name}-*` : name }
}

function explainObstacle(obstacle: Verdict | undefined): string | undefined {
  return obstacle !== undefined && 'reason' in obstacle ? obstacle.reason : undefined
}

function findExisting(client: Client, target: string): NonNullable<Store['findExisting']> {
  return (ids, sinceMs, giveUp) => findInGenerations(client, { target, ids, sinceMs }, giveUp)
}
