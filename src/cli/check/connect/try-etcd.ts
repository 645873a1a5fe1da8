import type { EtcdSettings } from '../../../config/settings.ts'
import { connectEtcd } from '../../../etcd/lazy-client.ts'
import { EtcdError, type Listing } from '../../../etcd/contract.ts'
import { silentLog } from '../../../telemetry/log.ts'
import { type Attempt, STEP_LIMIT_MS, tryAll } from './attempt.ts'

export interface EtcdAnswer {
  readonly attempts: readonly Attempt[]
  /** By key; undefined where no endpoint answered. */
  readonly entries: ReadonlyMap<string, Buffer> | undefined
}

/** Asks each endpoint for the keys that begin with `prefix`. */
export async function tryEtcd(access: EtcdSettings, prefix: string): Promise<EtcdAnswer> {
  const listings: Listing[] = []
  const attempts = await tryAll(access.endpoints, async endpoint => {
    try {
      const listing = await listAt(access, endpoint, prefix)
      listings.push(listing)
      return [{ target: `etcd ${endpoint}`, outcome: 'ok', text: `${count(listing)} under ${prefix}` }]
    } catch (error) {
      if (!(error instanceof EtcdError)) throw error
      return [{ target: `etcd ${endpoint}`, outcome: 'error', text: error.message }]
    }
  })
  const [listing] = listings
  if (listing === undefined) return { attempts, entries: undefined }
  // The role works as long as one endpoint answers.
  return {
    attempts: attempts.map(attempt => (attempt.outcome === 'ok' ? attempt : { ...attempt, outcome: 'warning' })),
    entries: new Map(listing.entries.map(({ key, value }) => [key, value])),
  }
}

async function listAt(access: EtcdSettings, endpoint: string, prefix: string): Promise<Listing> {
  const etcd = await connectEtcd({ ...access, endpoints: [endpoint], timeoutMs: STEP_LIMIT_MS }, silentLog)
  try {
    return await etcd.list(prefix)
  } finally {
    etcd.close()
  }
}

function count({ entries }: Listing): string {
  return entries.length === 1 ? '1 key' : `${entries.length} keys`
}
