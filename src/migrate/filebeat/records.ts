import { isRecord } from '../../flow/is-record.ts'
import { compileLinePattern, PatternError } from '../../patterns/line-pattern.ts'
import type { Plain } from '../exact-numbers.ts'
import { flatten, isOn, nest, scalarText, textList, type Settings } from './dotted-settings.ts'
import { toDuration } from './output.ts'

/** What became of a setting. */
export interface RecordNote {
  readonly key: string
  readonly isTaken: boolean
  readonly text: string
}

export interface ReadRecords {
  /** Members of the entry of `files`. */
  readonly group: Plain
  readonly notes: readonly RecordNote[]
  readonly readKeys: readonly string[]
}

/** Classes of Go's expressions, as JavaScript writes them inside brackets. */
const CLASSES: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  blank: ' \\t',
  digit: '\\d',
  lower: 'a-z',
  space: '\\s',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '\\da-fA-F',
}
const LINES = { include_lines: 'includeLines', exclude_lines: 'excludeLines' } as const
const MULTILINE_KEYS = new Set(['type', 'pattern', 'negate', 'match', 'max_lines', 'timeout', 'flush_pattern'])

/** multiline of both kinds of inputs, and the lines to include and to exclude. */
export function readRecords(settings: Settings): ReadRecords {
  const parts = [
    readMultiline(settings, 'multiline'),
    readParsers(settings),
    ...(['include_lines', 'exclude_lines'] as const).map(key => readLines(settings, key)),
  ]
  return {
    group: Object.assign({}, ...parts.map(({ group }) => group)) as Plain,
    notes: parts.flatMap(({ notes }) => notes),
    readKeys: parts.flatMap(({ readKeys }) => readKeys),
  }
}

/** `parsers` of a filestream: one that joins lines is taken, if it is the only one. */
function readParsers(settings: Settings): ReadRecords {
  const parsers = settings.get('parsers')
  const [parser, ...others] = Array.isArray(parsers) ? (parsers as readonly unknown[]) : []
  if (!isRecord(parser) || others.length > 0 || Object.keys(parser).join() !== 'multiline') return NOTHING
  const { group, notes } = readMultiline(flatten(parser), 'multiline')
  return { group, notes: notes.map(note => ({ ...note, key: `parsers[0].${note.key}` })), readKeys: ['parsers'] }
}

const NOTHING: ReadRecords = { group: {}, notes: [], readKeys: [] }

function readMultiline(settings: Settings, key: string): ReadRecords {
  const own = nest(settings, key)
  if (Object.keys(own).length === 0) return NOTHING
  const keys = Object.keys(own)
  const readKeys = keys.map(name => `${key}.${name}`)
  const refuse = (text: string) => ({ group: {}, notes: [{ key, isTaken: false, text }], readKeys })
  const type = scalarText(own['type'], 'pattern')
  if (type !== 'pattern') return refuse(`the type "${type}" has no counterpart: each line is an event`)
  const unknown = keys.find(name => !MULTILINE_KEYS.has(name))
  if (unknown !== undefined) return refuse(`${unknown} has no counterpart: each line is an event`)
  const pattern = toPattern(scalarText(own['pattern'], ''))
  const flush = own['flush_pattern'] === undefined ? undefined : toPattern(scalarText(own['flush_pattern'], ''))
  const fault = pattern.fault ?? flush?.fault
  if (fault !== undefined) return refuse(`${fault}: each line is an event`)
  const multiline = {
    pattern: pattern.source,
    negate: isOn(own['negate']),
    match: scalarText(own['match'], 'after'),
    ...(flush && { flushPattern: flush.source }),
    ...limits(own),
  }
  const text = `multiline: ${JSON.stringify(multiline)}; lines beyond its limits are further events, and nothing is dropped`
  return { group: { multiline }, notes: [{ key, isTaken: true, text }], readKeys }
}

function limits(own: Plain): Plain {
  const maxLines = Number(scalarText(own['max_lines'], ''))
  const timeout = toDuration(own['timeout'])
  return {
    ...(Number.isInteger(maxLines) && maxLines > 0 && { maxLines: Math.min(maxLines, 100_000) }),
    ...(timeout !== undefined && { timeout }),
  }
}

function readLines(settings: Settings, key: keyof typeof LINES): ReadRecords {
  const patterns = textList(settings.get(key)).map(toPattern)
  if (patterns.length === 0) return { ...NOTHING, readKeys: [key] }
  const fault = patterns.find(pattern => pattern.fault !== undefined)?.fault
  if (fault !== undefined) {
    const notes = [{ key, isTaken: false, text: `${fault}: lines that it left out ARE sent` }]
    return { group: {}, notes, readKeys: [key] }
  }
  const sources = patterns.map(({ source }) => source)
  const text = `${LINES[key]}: ${sources.join(', ')}`
  return { group: { [LINES[key]]: sources }, notes: [{ key, isTaken: true, text }], readKeys: [key] }
}

interface Pattern {
  readonly source: string
  readonly fault?: string
}

/** Go's dialect in JavaScript's words, where both can say it. */
function toPattern(written: string): Pattern {
  const source = written
    .replaceAll(/\[:(\w+):\]/g, (whole, name: string) => CLASSES[name] ?? whole)
    .replaceAll('(?P<', '(?<')
    .replaceAll(/\\(\\|A|z)/g, (_, letter: string) => ({ A: '^', z: '$' })[letter] ?? `\\${letter}`)
  try {
    compileLinePattern(source)
    return { source }
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    return { source, fault: `the pattern ${written} cannot be used, since ${error.message}` }
  }
}
