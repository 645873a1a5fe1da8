import { encodeDelimiter } from '../../encodings/delimiter-bytes.ts'
import { findEncodingName, MAX_DELIMITER_LENGTH, PLAIN_TEXT, type TextForm } from '../../encodings/text-form.ts'
import { compileLinePattern, PatternError } from '../../patterns/line-pattern.ts'
import type { AgentConfig } from '../schema/agent-schema.ts'
import type { KeyPath } from '../text/key-path.ts'
import { formatPath } from '../text/key-path.ts'
import type { CheckReport, Incomplete } from './check-report.ts'

type Group = Incomplete<AgentConfig['files'][number]>
type Multiline = NonNullable<Group['multiline']>

/** Patterns are compiled where they are read, so that none is refused later. */
export function checkRecords(group: Group, at: KeyPath, report: CheckReport): void {
  const { multiline, includeLines = [], excludeLines = [], tags, fields } = group
  checkTextForm(group, at, report)
  if (typeof multiline === 'object') checkMultiline(multiline, [...at, 'multiline'], report)
  for (const [i, pattern] of includeLines.entries()) checkPattern(pattern, [...at, 'includeLines', i], report)
  for (const [i, pattern] of excludeLines.entries()) checkPattern(pattern, [...at, 'excludeLines', i], report)
  if (tags !== undefined && fields?.['tags'] !== undefined)
    report.error(
      [...at, 'tags'],
      `${formatPath(at)} has "tags" and "fields.tags", which are the same; remove one of them`,
    )
}

/** Labels and delimiters that the agent could not use later are refused here. */
function checkTextForm(
  { format = 'plain', encoding, delimiter, paths = [] }: Group,
  at: KeyPath,
  report: CheckReport,
): void {
  const { encoding: usual, delimiter: feed } = PLAIN_TEXT
  const name = encoding === undefined ? usual : findEncodingName(encoding)
  if (name === undefined)
    return report.error(
      [...at, 'encoding'],
      `${formatPath(at)}.encoding: ${JSON.stringify(encoding)} is not a label of an encoding; write one such as "windows-1252" or "shift_jis"`,
    )
  const isOfText = name !== usual || (delimiter ?? feed) !== feed
  if (isOfText && (format === 'cri' || format === 'docker'))
    report.error(
      [...at, 'format'],
      `${formatPath(at)} has "format": "${format}", whose files are always UTF-8 and end lines with LF; remove "encoding" and "delimiter"`,
    )
  if (format !== 'plain' && paths.includes('-'))
    report.error(
      [...at, 'format'],
      `${formatPath(at)} has "format": "${format}", which needs files; standard input has plain lines`,
    )
  if (delimiter !== undefined) checkDelimiter({ encoding: name, delimiter }, at, report)
}

function checkDelimiter(form: TextForm, at: KeyPath, report: CheckReport): void {
  const { encoding, delimiter } = form
  const place = [...at, 'delimiter']
  if (delimiter.length > MAX_DELIMITER_LENGTH)
    report.error(
      place,
      `${formatPath(place)}: it has ${delimiter.length} characters, and at most ${MAX_DELIMITER_LENGTH} are allowed`,
    )
  else if (encodeDelimiter(form) === undefined)
    report.error(
      place,
      `${formatPath(place)}: ${JSON.stringify(delimiter)} cannot be found in ${encoding}; use characters of ASCII, and in iso-2022-jp control characters or a space`,
    )
}

function checkMultiline(multiline: Exclude<Multiline, string>, at: KeyPath, report: CheckReport): void {
  const { pattern, flushPattern, like } = multiline
  if ((pattern === undefined) === (like === undefined)) {
    const found = pattern === undefined ? 'found neither of them' : 'found both'
    report.error(at, `${formatPath(at)} needs exactly one of "pattern" and "like"; ${found}`)
  }
  if (like !== undefined && flushPattern !== undefined)
    report.error([...at, 'flushPattern'], `${formatPath(at)}.flushPattern needs "pattern", not "like"`)
  checkPattern(pattern, [...at, 'pattern'], report)
  checkPattern(flushPattern, [...at, 'flushPattern'], report)
}

function checkPattern(pattern: string | undefined, at: KeyPath, report: CheckReport): void {
  if (pattern === undefined) return
  try {
    compileLinePattern(pattern)
  } catch (error) {
    if (!(error instanceof PatternError)) throw error
    report.error(at, `${formatPath(at)}: ${JSON.stringify(pattern)} cannot be used: ${error.message}`)
  }
}
