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
  if (typeof multiline === 'object') checkMultiline(multiline, [...at, 'multiline'], report)
  for (const [i, pattern] of includeLines.entries()) checkPattern(pattern, [...at, 'includeLines', i], report)
  for (const [i, pattern] of excludeLines.entries()) checkPattern(pattern, [...at, 'excludeLines', i], report)
  if (tags !== undefined && fields?.['tags'] !== undefined)
    report.error(
      [...at, 'tags'],
      `${formatPath(at)} has "tags" and "fields.tags", which are the same; remove one of them`,
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
