import type { Client } from '../http/client.ts'
import { StoreError } from '../http/store-error.ts'
import type { HttpRequest } from '../http/send-one-request.ts'
import { isRecord } from '../../../flow/is-record.ts'
import { encodeJson, type JsonObject, readString } from '../http/json.ts'
import { readObject } from '../http/read-answer-object.ts'
import { type GenerationIndex, findWritableOfAny, findWritableSince } from './generations.ts'

const IDS_PER_REQUEST = 1000
/** Between the clocks of the collector and of the servers. */
const MAX_CLOCK_SKEW_MS = 600_000

/**
 * Finds which of the ids exist in any index of a data stream or rolling alias that could have been written since `sinceMs`.
 * Uses `_mget`, which also finds documents that no refresh has made searchable yet; it takes concrete indices only.
 * Rejects with a StoreError `forbidden` or `unavailable`.
 */
export async function findInGenerations(
  client: Client,
  query: { readonly target: string; readonly ids: readonly string[]; readonly sinceMs: number },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const indices = await listWritableSince(client, query, signal)
  const places = indices.flatMap(index => query.ids.map(id => ({ index, id })))
  const found = await findInIndices(client, places, signal)
  return new Set(found.map(({ id }) => id))
}

/**
 * Finds which of the ids exist in any index that one of the patterns matches: where a pipeline chooses the index of an event,
 * it may have chosen another one before. Rejects with a StoreError `forbidden` or `unavailable`.
 */
export async function findAcross(
  client: Client,
  query: { readonly patterns: readonly string[]; readonly ids: readonly string[]; readonly sinceMs: number },
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const all = await listIndices(client, query.patterns.join(','), signal)
  const indices = findWritableOfAny(all, query.sinceMs - MAX_CLOCK_SKEW_MS)
  const found = new Set<string>()
  for (const index of indices) {
    const places = query.ids.filter(id => !found.has(id)).map(id => ({ index, id }))
    for (const place of await findInIndices(client, places, signal)) found.add(place.id)
  }
  return found
}

interface Place {
  readonly index: string
  readonly id: string
}

/** Which of these documents exist; an index need not. Rejects with a StoreError `forbidden` or `unavailable`. */
export async function findInIndices<Asked extends Place>(
  client: Client,
  places: readonly Asked[],
  signal: AbortSignal,
): Promise<readonly Asked[]> {
  const found: Asked[] = []
  for (let from = 0; from < places.length; from += IDS_PER_REQUEST) {
    const slice = places.slice(from, from + IDS_PER_REQUEST)
    const isFound = await getMany(client, slice, signal)
    found.push(...slice.filter((_, i) => isFound[i]))
  }
  return found
}

async function listWritableSince(
  client: Client,
  { target, sinceMs }: { readonly target: string; readonly sinceMs: number },
  signal: AbortSignal,
): Promise<readonly string[]> {
  const indices = await listIndices(client, target, signal)
  return findWritableSince(indices, target, sinceMs - MAX_CLOCK_SKEW_MS)
}

async function listIndices(client: Client, target: string, signal: AbortSignal): Promise<readonly GenerationIndex[]> {
  const path = `/${encodeURIComponent(target)}/_settings/index.creation_date?flat_settings=true`
  const answer = await ask(client, { method: 'GET', path }, signal)
  return Object.entries(answer ?? {}).map(([name, value]) => ({ name, createdMs: readCreation(value) }))
}

function readCreation(value: unknown): number {
  const settings = isRecord(value) ? value['settings'] : undefined
  const created = isRecord(settings) ? Number(readString(settings, 'index.creation_date')) : Number.NaN
  if (Number.isFinite(created) && created > 0) return created
  throw new StoreError('unavailable', 'an index was expected to have a creation date, but has none')
}

/** Whether each document exists, in order. */
async function getMany(client: Client, places: readonly Place[], signal: AbortSignal): Promise<readonly boolean[]> {
  const headers = { 'content-type': 'application/json' }
  const docs = places.map(({ index, id }) => ({ _index: index, _id: id, _source: false }))
  const request: HttpRequest = { method: 'POST', path: '/_mget?realtime=true', headers, body: encodeJson({ docs }) }
  const answers = (await ask(client, request, signal))?.['docs']
  if (!Array.isArray(answers) || answers.length !== docs.length) {
    throw new StoreError('unavailable', `_mget was expected to answer for ${docs.length} documents, but did not`)
  }
  return answers.map((answer: unknown) => {
    if (isRecord(answer) && answer['error'] === undefined) return answer['found'] === true
    if (typeOfError(answer) === 'index_not_found_exception') return false
    throw makeMissingAnswerError(answer)
  })
}

function typeOfError(answer: unknown): string {
  const error = isRecord(answer) ? answer['error'] : undefined
  return isRecord(error) ? readString(error, 'type') : ''
}

function makeMissingAnswerError(answer: unknown): StoreError {
  const type = typeOfError(answer)
  const code = type === 'security_exception' ? 'forbidden' : 'unavailable'
  return new StoreError(code, `_mget cannot determine whether a document exists: ${type || 'no answer for it'}`)
}

/** Gives the answer's object; undefined for 404, if there is no target of that name. */
async function ask(client: Client, request: HttpRequest, signal: AbortSignal): Promise<JsonObject | undefined> {
  const result = await client.send({ ...request, isRepeatable: true }, signal)
  if (result.kind === 'answer' && result.status === 404) return undefined
  return readObject(result, request.path)
}
