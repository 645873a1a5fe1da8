import { openEtcd } from '../../../src/etcd/client.ts'
import { type Etcd, EtcdError, type EtcdOptions, type KeyChange } from '../../../src/etcd/contract.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { patience } from '../time/patience.ts'
import type { TeardownScope } from '../process/scope.ts'

/** Connects the client, closed with the scope. */
export async function openTestEtcd(
  scope: TeardownScope,
  options: Omit<EtcdOptions, 'log'> & Partial<Pick<EtcdOptions, 'log'>>,
): Promise<Etcd> {
  const etcd = await openEtcd({ log: silentLog, timeoutMs: patience(30_000), ...options })
  scope.teardown(() => etcd.close())
  return etcd
}

/** The EtcdError with which the promise must reject. */
export async function failureOf(promise: Promise<unknown>): Promise<EtcdError> {
  try {
    await promise
  } catch (error) {
    if (error instanceof EtcdError) return error
    throw error
  }
  throw new Error('it was expected to fail')
}

export interface WatchRecord {
  readonly batches: (readonly KeyChange[])[]
  readonly keys: () => string[]
  /** Resolves with the error that ended it; undefined if it was stopped. */
  readonly ended: Promise<EtcdError | undefined>
  stop(): void
}

/** Watches until it is stopped; resolves when the watch has begun. */
export async function recordWatch(etcd: Etcd, prefix: string, revision: string): Promise<WatchRecord> {
  const stopping = new AbortController()
  const established = Promise.withResolvers<void>()
  const batches: (readonly KeyChange[])[] = []
  const run = async (): Promise<undefined> => {
    for await (const changes of etcd.watch(prefix, revision, stopping.signal)) {
      established.resolve()
      if (changes.length > 0) batches.push(changes)
    }
  }
  const ended = run().catch((error: unknown) => {
    established.reject(error)
    if (error instanceof EtcdError) return error
    throw error
  })
  await established.promise
  return { batches, keys: () => batches.flat().map(({ key }) => key), ended, stop: () => stopping.abort() }
}
