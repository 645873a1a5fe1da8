import type { ChangeableEndpoints } from './changeable-endpoints.ts'
import { EtcdError, type KeyChange } from './contract.ts'
import { endOfPrefix, type WatchResponse } from './rpc-types.ts'

interface Origin {
  readonly prefix: string
  readonly revision: string
}

interface WatchOptions extends Origin {
  readonly endpoints: ChangeableEndpoints
  readonly signal: AbortSignal
}

type Event = WatchResponse['events'][number]

/**
 * One watch on one connection. An interruption is thrown as an EtcdError; nothing is retried here.
 *
 * etcd sends `created`, then events; `canceled` with `compact_revision`; large answers in pieces (`fragment`).
 */
export async function* watchPrefix(options: WatchOptions): AsyncGenerator<readonly KeyChange[]> {
  const { endpoints, prefix, revision, signal } = options
  const started = new AbortController()
  const create = {
    key: Buffer.from(prefix),
    range_end: endOfPrefix(prefix),
    start_revision: String(BigInt(revision) + 1n),
    fragment: true,
  } as const
  const late = setTimeout(() => started.abort(), endpoints.timeoutMs)
  const responses = endpoints.watch(create, prefix, AbortSignal.any([signal, started.signal]))
  try {
    yield* readChanges(responses, options, () => clearTimeout(late))
  } finally {
    clearTimeout(late)
  }
  if (signal.aborted) return
  throw new EtcdError('unavailable', `etcd did not begin to watch ${prefix} within ${endpoints.timeoutMs} ms`)
}

/** The changes of whole revisions; an empty list shows that the watch has begun. */
async function* readChanges(
  responses: AsyncIterable<WatchResponse>,
  origin: Origin,
  onResponse: () => void,
): AsyncGenerator<readonly KeyChange[]> {
  let held: Event[] = []
  for await (const response of responses) {
    onResponse()
    check(response, origin)
    held.push(...response.events)
    const whole = response.fragment ? cutBeforeLastRevision(held) : held
    held = held.slice(whole.length)
    if (whole.length > 0 || response.created) yield whole.map(toChange)
  }
}

/** A piece may end in the middle of a revision. */
function cutBeforeLastRevision(events: readonly Event[]): Event[] {
  const last = events.at(-1)?.kv.mod_revision
  return events.slice(
    0,
    events.findIndex(({ kv }) => kv.mod_revision === last),
  )
}

function toChange({ type, kv }: Event): KeyChange {
  return { key: kv.key.toString(), value: type === 'Delete' ? undefined : kv.value }
}

function check(response: WatchResponse, { prefix, revision }: Origin): void {
  if (response.canceled)
    throw new EtcdError(
      'compacted',
      `etcd has compacted its history up to revision ${response.compact_revision}: the keys under ${prefix} have to be listed again`,
    )
  const isBehind = response.created && BigInt(response.header.revision) < BigInt(revision)
  if (!isBehind) return
  throw new EtcdError(
    'compacted',
    `etcd is at revision ${response.header.revision}, but revision ${revision} was read from it before: this member lags behind, or its data was replaced by older data; the keys have to be listed again`,
  )
}
