// Filters that parse a text: date, json, kv, dissect.
import { failureTagsOf, type FilterConverter } from './filter-contract.ts'
import { toDateLetters, toFieldName } from './field-names.ts'
import { escapePattern } from './mutate-filter.ts'
import { existsCondition } from './to-painless.ts'
import { type PluginReading, type WrittenProcessor, toText } from './reading.ts'

const NAMED_FORMATS = new Set(['ISO8601', 'UNIX', 'UNIX_MS', 'TAI64N'])

export const toDate: FilterConverter = reading => {
  const [name, ...formats] = reading.texts('match')
  if (name === undefined || formats.length === 0) {
    reading.left('its "match" names no field and format')
    return undefined
  }
  const field = toFieldName(name)
  if (field.startsWith('@metadata.')) {
    reading.left(`[@metadata] of its input does not reach the collector, so ${name} is always missing`)
    return undefined
  }
  const target = reading.field('target')
  const timezone = reading.text('timezone')
  const locale = reading.text('locale')
  const options = {
    field,
    formats: formats.map(format => (NAMED_FORMATS.has(format) ? format : toDateLetters(format))),
    ...(target !== undefined && { target_field: target }),
    ...(timezone !== undefined && { timezone: reading.template(timezone, 'timezone') ?? 'UTC' }),
    ...(locale !== undefined && { locale }),
  }
  return {
    steps: [{ date: options }],
    failureTags: failureTagsOf(reading, '_dateparsefailure'),
    guard: existsCondition(field),
  }
}

export const toJson: FilterConverter = reading => {
  const source = readSource(reading)
  if (source === undefined) return undefined
  const target = reading.field('target')
  const where = target === undefined ? { add_to_root: true } : { target_field: target }
  const tags = reading.isOn('skip_on_invalid_json') ? [] : failureTagsOf(reading, '_jsonparsefailure')
  return { steps: [{ json: { field: source, ...where } }], failureTags: tags, guard: existsCondition(source) }
}

export const toKv: FilterConverter = reading => {
  const source = reading.field('source') ?? 'message'
  const split = reading.text('field_split_pattern') ?? toClass(reading.text('field_split') ?? ' ')
  const valueSplit = reading.text('value_split_pattern') ?? toClass(reading.text('value_split') ?? '=')
  const names = {
    target_field: reading.field('target'),
    prefix: reading.text('prefix'),
    trim_key: reading.text('trim_key'),
    trim_value: reading.text('trim_value'),
  }
  const [include, exclude] = [reading.texts('include_keys'), reading.texts('exclude_keys')]
  // Logstash passes over a word without a value; the processor fails on it, so that only what has one is split.
  const options = {
    field: source,
    field_split: `${split}+(?=[^=]+?${valueSplit})`,
    value_split: valueSplit,
    strip_brackets: reading.isOn('include_brackets', true),
    ...Object.fromEntries(Object.entries(names).filter(([, value]) => value !== undefined)),
    ...(include.length > 0 && { include_keys: include }),
    ...(exclude.length > 0 && { exclude_keys: exclude }),
  }
  return {
    steps: [{ kv: options }],
    failureTags: failureTagsOf(reading, '_kv_filter_error'),
    guard: existsCondition(source),
  }
}

export const toDissect: FilterConverter = reading => {
  const mappings = reading.entries('mapping')
  const steps = mappings.map(([name, value]): WrittenProcessor => {
    const pattern = toText(value) ?? ''
    if (/%\{\+/u.test(pattern))
      reading.left('parts of a field that are put together (%{+name}) are joined by a space', 'mapping')
    return {
      dissect: {
        field: toFieldName(name),
        pattern: toDissectPattern(pattern),
        ...(/%\{\+/u.test(pattern) && { append_separator: ' ' }),
      },
    }
  })
  const types: Readonly<Record<string, string>> = { int: 'long', float: 'double' }
  const converted = reading.entries('convert_datatype').map(([name, value]) => {
    const type = types[toText(value) ?? ''] ?? 'auto'
    return { convert: { field: toFieldName(name), type, ignore_missing: true } }
  })
  return { steps: [...steps, ...converted], failureTags: failureTagsOf(reading, '_dissectfailure') }
}

/** A name that is used by `%{&name}` is `%{*name}` there. */
function toDissectPattern(pattern: string): string {
  const used = new Set([...pattern.matchAll(/%\{&(?<name>[^}]+)\}/gu)].map(({ groups }) => groups?.['name'] ?? ''))
  return pattern.replaceAll(/%\{(?<mark>[+?&]?)(?<name>[^}]*)\}/gu, (_all, mark: string, name: string) => {
    return `%{${mark === '?' && used.has(name) ? '*' : mark}${toFieldName(name)}}`
  })
}

function toClass(characters: string): string {
  return characters.length === 1
    ? escapePattern(characters)
    : `[${characters.replaceAll(/[\\\]^-]/gu, String.raw`\$&`)}]`
}

function readSource(reading: PluginReading): string | undefined {
  const source = reading.text('source')
  if (source === undefined || source.includes('%{')) {
    reading.left('its "source" is not the name of a field, so that it parses nothing in Logstash either', 'source')
    return undefined
  }
  return toFieldName(source)
}
