import type { FilterConverter } from './filter-contract.ts'
import { toFieldName } from './field-names.ts'
import { existsCondition } from './to-painless.ts'
import { type PluginReading, type WrittenProcessor, toPlain, toText } from './reading.ts'

type Operation = (reading: PluginReading) => readonly WrittenProcessor[]

const TYPES: Readonly<Record<string, string>> = {
  integer: 'long',
  float: 'double',
  string: 'string',
  boolean: 'boolean',
}

/** In the order in which `mutate` works, whatever the order in which they are written. */
const OPERATIONS: readonly Operation[] = [
  coerce,
  reading =>
    pairs(reading, 'rename', (field, target) => ({
      rename: { field, target_field: toFieldName(target), ignore_missing: true, override: true },
    })),
  reading => values(reading, 'update', (field, value) => ({ set: { field, value, if: existsCondition(field) } })),
  reading => values(reading, 'replace', (field, value) => ({ set: { field, value } })),
  convert,
  gsub,
  reading => each(reading, 'uppercase', field => ({ uppercase: { field, ignore_missing: true } })),
  capitalize,
  reading => each(reading, 'lowercase', field => ({ lowercase: { field, ignore_missing: true } })),
  reading => each(reading, 'strip', field => ({ trim: { field, ignore_missing: true } })),
  reading =>
    pairs(reading, 'split', (field, separator) => ({
      split: { field, separator: escapePattern(separator), ignore_missing: true },
    })),
  reading => pairs(reading, 'join', (field, separator) => ({ join: { field, separator, if: existsCondition(field) } })),
  reading =>
    pairs(reading, 'merge', (field, other) => ({
      append: { field, copy_from: toFieldName(other), if: existsCondition(toFieldName(other)) },
    })),
  reading =>
    pairs(reading, 'copy', (field, target) => ({
      set: { field: toFieldName(target), copy_from: field, if: existsCondition(field) },
    })),
]

export const toMutate: FilterConverter = reading => ({
  steps: OPERATIONS.flatMap(operation => operation(reading)),
  failureTags: [reading.text('tag_on_failure') ?? '_mutate_error'],
})

/** Text as a pattern that matches only it. */
export function escapePattern(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/gu, String.raw`\$&`)
}

function coerce(reading: PluginReading): readonly WrittenProcessor[] {
  return reading
    .entries('coerce')
    .map(([field, value]) => ({ set: { field: toFieldName(field), value: toPlain(value), override: false } }))
}

function convert(reading: PluginReading): readonly WrittenProcessor[] {
  return reading.entries('convert').flatMap(([name, value]) => {
    const written = toText(value) ?? ''
    const type = TYPES[written]
    if (type === undefined) reading.left(`${name} => ${written}: it has no counterpart`, 'convert')
    return type === undefined ? [] : [{ convert: { field: toFieldName(name), type, ignore_missing: true } }]
  })
}

/** A flat list of field, pattern and replacement. */
function gsub(reading: PluginReading): readonly WrittenProcessor[] {
  const texts = reading.texts('gsub')
  return texts.flatMap((field, i) => {
    const [pattern, replacement] = texts.slice(i + 1)
    if (i % 3 !== 0 || pattern === undefined || replacement === undefined) return []
    const groups = replacement.replaceAll('$', String.raw`\$`).replaceAll(/\\(?<group>\d)/gu, '$$$<group>')
    return [{ gsub: { field: toFieldName(field), pattern, replacement: groups, ignore_missing: true } }]
  })
}

function capitalize(reading: PluginReading): readonly WrittenProcessor[] {
  for (const field of reading.texts('capitalize')) reading.left(`${field}: it has no counterpart`, 'capitalize')
  return []
}

function pairs(
  reading: PluginReading,
  setting: string,
  make: (field: string, text: string) => WrittenProcessor,
): readonly WrittenProcessor[] {
  return reading.entries(setting).map(([name, value]) => make(toFieldName(name), toText(value) ?? ''))
}

function values(
  reading: PluginReading,
  setting: string,
  make: (field: string, value: unknown) => WrittenProcessor,
): readonly WrittenProcessor[] {
  return reading.entries(setting).flatMap(([name, value]) => {
    const plain = toPlain(value)
    const template = typeof plain === 'string' ? reading.template(plain, setting) : plain
    return template === undefined ? [] : [make(toFieldName(name), template)]
  })
}

function each(
  reading: PluginReading,
  setting: string,
  make: (field: string) => WrittenProcessor,
): readonly WrittenProcessor[] {
  return reading.texts(setting).map(name => make(toFieldName(name)))
}
