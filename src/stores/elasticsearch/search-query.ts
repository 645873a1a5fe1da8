import type { SearchQuery } from '../contract.ts'
import { isRecord } from '../../flow/is-record.ts'
import type { JsonObject } from './http/json.ts'

/** Makes the body of a search. The mapping of a field is unknown: `match` works on all types, and hits are filtered again. */
export function buildSearch(query: SearchQuery, size: number): JsonObject {
  const filter: JsonObject[] = query.fields.map(([path, value]) => ({
    bool: { should: [path, `${path}.keyword`].map(field => matchAll(field, value)), minimum_should_match: 1 },
  }))
  if (query.text.trim() !== '') filter.push(matchAll('message', query.text))
  if (query.sinceMs !== undefined) {
    filter.push({ range: { '@timestamp': { gte: query.sinceMs, format: 'epoch_millis' } } })
  }
  return {
    size,
    query: filter.length === 0 ? { match_all: {} } : { bool: { filter } },
    // Lines that were read at the same moment are in the order of their file, the latest first.
    sort: [
      { '@timestamp': { order: 'desc', unmapped_type: 'date' } },
      { 'log.offset': { order: 'desc', unmapped_type: 'long' } },
    ],
  }
}

export function hasFields(document: JsonObject, fields: SearchQuery['fields']): boolean {
  return fields.every(([path, value]) => readPath(document, path).some(found => String(found) === value))
}

function matchAll(field: string, text: string): JsonObject {
  return { match: { [field]: { query: text, operator: 'and', lenient: true } } }
}

/** A dot in a path is a step into an object or a part of a name. */
function readPath(value: unknown, path: string): readonly (string | number | boolean)[] {
  if (Array.isArray(value)) return value.flatMap(item => readPath(item, path))
  if (path === '')
    return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? [value] : []
  if (!isRecord(value)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    if (path === name) return readPath(inner, '')
    return path.startsWith(`${name}.`) ? readPath(inner, path.slice(name.length + 1)) : []
  })
}
