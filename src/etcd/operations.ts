import { type ChangeableEndpoints, makeListAgainError } from './changeable-endpoints.ts'
import { type Etcd, EtcdError, type KeyChange, type KeyValue, type Lease, type Listing } from './contract.ts'
import { isAnswerTooLarge } from './rpc-failure.ts'
import { checkAmount } from './key-mirror.ts'
import { watchPrefix } from './prefix-watch.ts'
import { endOfPrefix, type PutRequest, type RangeRequest, type RangeResponse } from './rpc-types.ts'

/** Etcd's operations in terms of its protocol. */
export function createEtcd(endpoints: ChangeableEndpoints): Etcd {
  return {
    get: key => get(endpoints, key),
    list: prefix => list(endpoints, prefix),
    async put(key, value, lease) {
      await endpoints.ask('put', makePutRequest(key, value, lease), { key })
    },
    create: (key, value, lease) => create(endpoints, makePutRequest(key, value, lease)),
    async delete(key) {
      await endpoints.ask('deleteRange', { key: Buffer.from(key) }, { key })
    },
    deleteEach: keys => deleteEach(endpoints, keys),
    async deleteAll(prefix) {
      await endpoints.ask('deleteRange', { key: Buffer.from(prefix), range_end: endOfPrefix(prefix) }, { key: prefix })
    },
    grantLease: ttlSeconds => grantLease(endpoints, ttlSeconds),
    watch: (prefix, revision, signal) => watch(endpoints, { prefix, revision, signal }),
    close: () => endpoints.close(),
  }
}

async function get(endpoints: ChangeableEndpoints, key: string): Promise<Buffer | undefined> {
  const { kvs } = await endpoints.ask('range', { key: Buffer.from(key) }, { key })
  return kvs[0]?.value
}

async function list(endpoints: ChangeableEndpoints, prefix: string): Promise<Listing> {
  const entries: KeyValue[] = []
  let bytes = 0
  const { epoch } = endpoints
  let revision = ''
  for await (const page of readPages(endpoints, prefix)) {
    if (epoch !== endpoints.epoch) throw makeListAgainError(prefix)
    revision ||= page.header.revision
    for (const { key, value } of page.kvs) {
      entries.push({ key: key.toString(), value })
      bytes += key.length + value.length
    }
    checkAmount(prefix, entries.length, bytes)
  }
  return { entries, revision: epoch === 0 ? revision : `${revision}@${epoch}` }
}

interface WatchOptions {
  readonly prefix: string
  readonly revision: string
  readonly signal: AbortSignal
}

async function* watch(
  endpoints: ChangeableEndpoints,
  { prefix, revision, signal }: WatchOptions,
): AsyncGenerator<readonly KeyChange[]> {
  const [number = '', epoch = '0'] = revision.split('@')
  if (Number(epoch) !== endpoints.epoch) throw makeListAgainError(prefix)
  yield* watchPrefix({ endpoints, prefix, revision: number, signal })
}

const KEYS_PER_PAGE = 1000
/** So few values fit into one answer even if each has the largest size that etcd accepts. */
const MIN_KEYS_PER_PAGE = 8

/** All pages as of the revision of the first. */
async function* readPages(endpoints: ChangeableEndpoints, prefix: string): AsyncGenerator<RangeResponse> {
  const end = endOfPrefix(prefix)
  let limit = KEYS_PER_PAGE
  let revision = '0'
  let from: Buffer | undefined = Buffer.from(prefix)
  while (from !== undefined) {
    const page = await readPage(endpoints, { key: from, range_end: end, limit, revision }, prefix)
    if (page === undefined) {
      limit = Math.max(MIN_KEYS_PER_PAGE, Math.floor(limit / 8))
      continue
    }
    yield page
    if (revision === '0') revision = page.header.revision
    const last = page.kvs.at(-1)?.key
    from = page.more && last !== undefined ? Buffer.concat([last, Buffer.from([0])]) : undefined
  }
}

/** Resolves to undefined if a smaller page is needed. */
async function readPage(
  endpoints: ChangeableEndpoints,
  request: RangeRequest,
  prefix: string,
): Promise<RangeResponse | undefined> {
  try {
    return await endpoints.ask('range', request, { key: prefix })
  } catch (error) {
    if (isAnswerTooLarge(error) && request.limit !== MIN_KEYS_PER_PAGE) return undefined
    throw error
  }
}

/** A transaction of etcd has at most 128 operations unless it is set up otherwise. */
const MAX_DELETIONS = 100

async function deleteEach(endpoints: ChangeableEndpoints, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += MAX_DELETIONS) {
    const some = [...new Set(keys.slice(from, from + MAX_DELETIONS))]
    const success = some.map(key => ({ request_delete_range: { key: Buffer.from(key) } }))
    await endpoints.ask('txn', { compare: [], success, failure: [] }, { key: some[0] ?? '' })
  }
}

function makePutRequest(key: string, value: string | Buffer, lease: Lease | undefined): PutRequest {
  return { key: Buffer.from(key), value: Buffer.from(value), ...(lease === undefined ? {} : { lease: lease.id }) }
}

async function create(endpoints: ChangeableEndpoints, put: PutRequest): Promise<boolean> {
  const { key } = put
  let mayBeOurs = false
  const { succeeded, responses } = await endpoints.ask(
    'txn',
    {
      compare: [{ result: 'EQUAL', target: 'CREATE', key, create_revision: '0' }],
      success: [{ request_put: put }],
      failure: [{ request_range: { key } }],
    },
    { key: key.toString(), onRetry: () => (mayBeOurs = true) },
  )
  if (succeeded) return true
  const there = responses[0]?.response_range?.kvs[0]
  // An earlier attempt may have succeeded although its answer was lost.
  return mayBeOurs && there?.value.equals(put.value) === true && there.lease === (put.lease ?? '0')
}

async function grantLease(endpoints: ChangeableEndpoints, ttlSeconds: number): Promise<Lease> {
  const granted = await endpoints.ask('leaseGrant', { TTL: ttlSeconds, ID: 0 })
  const id = granted.ID
  return {
    id,
    // etcd may have granted more.
    ttlSeconds: Number(granted.TTL),
    async keepAlive() {
      const { TTL } = await endpoints.ask('leaseKeepAlive', { ID: id })
      if (Number(TTL) > 0) return
      throw new EtcdError('lease_lost', 'the lease in etcd has ended, and its keys with it: it was not renewed in time')
    },
    async revoke() {
      await endpoints.ask('leaseRevoke', { ID: id })
    },
  }
}
