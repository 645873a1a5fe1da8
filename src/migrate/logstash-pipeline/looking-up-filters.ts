// Filters that look a value up: translate, useragent, geoip; and drop.
import type { FilterConverter } from './filter-contract.ts'
import { existsCondition } from './to-painless.ts'
import { toText } from './reading.ts'

export const toDrop: FilterConverter = reading => {
  if (reading.has('percentage')) {
    reading.left('a part of the events cannot be dropped', 'percentage')
    return undefined
  }
  return { steps: [{ drop: {} }], failureTags: [] }
}

export const toTranslate: FilterConverter = reading => {
  const field = reading.field('source') ?? reading.field('field')
  const path = reading.text('dictionary_path')
  const inline = reading.entries('dictionary')
  if (field === undefined || (path === undefined && inline.length === 0)) {
    reading.left('it names no field, or no dictionary')
    return undefined
  }
  if (reading.isOn('regex')) {
    reading.left('keys that are patterns have no counterpart', 'regex')
    return undefined
  }
  reading.ignore('the file is read again when it changes', ['refresh_interval', 'refresh_behaviour'])
  reading.ignore('a whole value is looked up', ['exact'])
  const target = reading.field('target') ?? reading.field('destination') ?? 'translation'
  const fallback = reading.text('fallback')
  const options = {
    field,
    target_field: target,
    ...(path === undefined
      ? { dictionary: Object.fromEntries(inline.map(([name, value]) => [name, toText(value) ?? ''])) }
      : { dictionary_path: path }),
    ...(fallback !== undefined && { fallback }),
    override: reading.isOn('override'),
  }
  return { steps: [{ translate: options }], failureTags: [], guard: existsCondition(field) }
}

export const toUserAgent: FilterConverter = reading => {
  const field = reading.field('source')
  if (field === undefined) {
    reading.left('it names no "source"')
    return undefined
  }
  const target = reading.field('target')
  if (target === undefined) reading.left('the fields are in user_agent, not in the root of the event', 'target')
  return {
    steps: [{ user_agent: { field, ...(target !== undefined && { target_field: target }) } }],
    failureTags: [],
    guard: existsCondition(field),
  }
}

export const toGeoip: FilterConverter = reading => {
  const field = reading.field('source')
  const database = reading.text('database')
  if (field === undefined || database === undefined) {
    reading.left('it needs "database", the path of a .mmdb: no database comes with forwarder')
    return undefined
  }
  const properties = reading.texts('fields')
  if (properties.length > 0) reading.left('all properties of the database are taken', 'fields')
  const options = { field, target_field: reading.field('target') ?? 'geoip', database_file: database }
  return { steps: [{ geoip: options }], failureTags: ['_geoip_lookup_failure'], guard: existsCondition(field) }
}
