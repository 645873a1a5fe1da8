import { failureTagsOf, type FilterConverter } from './filter-contract.ts'
import { toFieldName } from './field-names.ts'
import { type PluginReading, type WrittenProcessor, toText } from './reading.ts'
import type { Given } from './syntax-tree.ts'

export const toGrok: FilterConverter = reading => {
  const matches = reading.entries('match')
  if (matches.length === 0) {
    reading.left('it has no "match"')
    return undefined
  }
  reading.ignore('a capture replaces what a field had, always', ['overwrite'])
  reading.ignore('pipelineTimeout limits all processors together', [
    'timeout_millis',
    'timeout_scope',
    'tag_on_timeout',
  ])
  if (!reading.isOn('named_captures_only', true))
    reading.left('only named captures become fields', 'named_captures_only')
  if (matches.length > 1 && reading.isOn('break_on_match', true))
    reading.left('each field is matched, also if one before it did', 'break_on_match')
  const options = readOptions(reading)
  return {
    steps: matches.flatMap(([field, patterns]) => toSteps({ reading, field: toFieldName(field), patterns, options })),
    failureTags: failureTagsOf(reading, '_grokparsefailure'),
  }
}

interface OneField {
  readonly reading: PluginReading
  readonly field: string
  readonly patterns: Given
  readonly options: Readonly<Record<string, unknown>>
}

function toSteps({ reading, field, patterns, options }: OneField): readonly WrittenProcessor[] {
  const written = (patterns.kind === 'list' ? patterns.items : [patterns]).flatMap(item => toText(item) ?? [])
  const joined = written.map(pattern => toPattern(joinLines(reading, pattern)))
  return [{ grok: { field, patterns: joined, ...options } }]
}

/** A line has no line break, so a pattern with one never matches: it was broken for the eye. */
function joinLines(reading: PluginReading, pattern: string): string {
  if (!pattern.includes('\n')) return pattern
  reading.taken('a pattern that is broken over several lines is joined: as it is written, no line can match it')
  return pattern.replaceAll(/\r?\n[\t ]*/gu, '')
}

/** `%{WORD:[a][b]}` and `(?<[a][b]>…)` with dots. */
function toPattern(pattern: string): string {
  return pattern
    .replaceAll(/%\{(?<name>\w+):(?<field>(?:\[[^\]]+\])+)/gu, (_all, name: string, field: string) => {
      return `%{${name}:${toFieldName(field)}`
    })
    .replaceAll(/\(\?<(?<field>(?:\[[^\]]+\])+)>/gu, (_all, field: string) => `(?<${toFieldName(field)}>`)
}

function readOptions(reading: PluginReading): Readonly<Record<string, unknown>> {
  const definitions = reading
    .entries('pattern_definitions')
    .map(([name, value]) => [name, toText(value) ?? ''] as const)
  const directories = reading.texts('patterns_dir')
  const ecs = reading.text('ecs_compatibility')
  return {
    ...(definitions.length > 0 && { pattern_definitions: Object.fromEntries(definitions) }),
    ...(directories.length > 0 && { patternsDir: directories }),
    ...(ecs !== undefined && { ecs_compatibility: ecs === 'disabled' ? 'disabled' : 'v1' }),
  }
}
