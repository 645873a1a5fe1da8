import { compileLinePattern } from '../../../patterns/line-pattern.ts'
import { createPatternJoiner, LINE_BY_LINE, type Joiner } from './joiner.ts'
import { createReadyMadeJoiner } from './ready-made.ts'
import type { TrackedFile } from '../../tracked-file.ts'
import { readFormat } from '../../containers/file-format.ts'
import type { MultilineSettings, RecordSettings } from './record-settings.ts'

/** The settings of a group, compiled. */
export interface RecordRules {
  /** It has the state of one record at a time, from `begin` on. */
  readonly joiner: Joiner
  readonly maxLines: number
  readonly maxBytes: number
  readonly timeoutMs: number
  /** Each line is a record, and none is left out. */
  readonly isPlain: boolean
  /** Undefined where no record is left out. */
  readonly isLeftOut: ((text: string) => boolean) | undefined
}

const compiled = new WeakMap<RecordSettings, RecordRules>()

/** Compiled once for each object. Throws a PatternError, unless the patterns were checked. */
export function rulesOf(settings: RecordSettings): RecordRules {
  const known = compiled.get(settings)
  if (known !== undefined) return known
  const rules = makeRules(settings)
  compiled.set(settings, rules)
  return rules
}

const joinedByFormat = new WeakMap<RecordSettings, Map<string, RecordRules>>()
const NO_SETTINGS: RecordSettings = {}

/** Of the group, or of the format of the file where the group has no `multiline` of its own. */
export function rulesOfFile({ group, format }: Pick<TrackedFile, 'group' | 'format'>): RecordRules {
  const { records = NO_SETTINGS, formats } = group
  const { name } = readFormat(format)
  const limits = records.formatMultiline
  if (limits === undefined || name === undefined || records.multiline !== undefined) return rulesOf(records)
  const byName = joinedByFormat.get(records) ?? new Map<string, RecordRules>()
  joinedByFormat.set(records, byName)
  const known = byName.get(name)
  if (known !== undefined) return known
  const how = formats?.joiningOf(name)
  const rules = makeRules(how === undefined ? records : { ...records, multiline: { how, ...limits } })
  byName.set(name, rules)
  return rules
}

/** How long a partial line of a container is waited for. */
const PARTIAL_TIMEOUT_MS = 5000

function makeRules({ multiline, includeLines, excludeLines }: RecordSettings): RecordRules {
  const joiner = multiline === undefined ? LINE_BY_LINE : createJoiner(multiline)
  const { maxLines = 1, maxBytes = 0, timeoutMs = PARTIAL_TIMEOUT_MS } = multiline ?? {}
  const isLeftOut = makeFilter(includeLines, excludeLines)
  const isPlain = multiline === undefined && isLeftOut === undefined
  return { joiner, maxLines, maxBytes, timeoutMs, isPlain, isLeftOut }
}

function createJoiner({ how }: MultilineSettings): Joiner {
  return typeof how === 'string' ? createReadyMadeJoiner(how) : createPatternJoiner(how)
}

function makeFilter(
  include: readonly string[] | undefined,
  exclude: readonly string[] | undefined,
): RecordRules['isLeftOut'] {
  const included = include?.map(compileLinePattern) ?? []
  const excluded = exclude?.map(compileLinePattern) ?? []
  if (included.length + excluded.length === 0) return undefined
  return text =>
    (included.length > 0 && !included.some(pattern => pattern.test(text))) ||
    excluded.some(pattern => pattern.test(text))
}
