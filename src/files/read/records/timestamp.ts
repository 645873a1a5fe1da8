import { compileLinePattern } from '../../../patterns/line-pattern.ts'

const MONTH = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]{0,6}'
const TIME = '\\d{1,2}:\\d\\d(?::\\d\\d)?'

/** At the beginning of a line, perhaps behind a bracket, a priority of syslog, the word of a level, or the id of a process. */
const BEFORE = [
  '[\\[("\'<]{0,2}',
  '<\\d{1,3}>(?:\\d )?',
  '[A-Z]{1,9}[,:]? {1,4}[\\[(]?',
  '[\\[(][A-Za-z]{1,9}[\\])]:? {1,4}[\\[(]?',
  '\\d{1,7}:[A-Z] ',
]

const DATES = [
  // 2026-11-28T03:04, 2026/11/28 03:04, 2026-11-28
  '\\d{4}[-/.]\\d{1,2}[-/.]\\d{1,2}(?:[T ,_:]|$)',
  // 28/Nov/2026:03:04, 28-Nov-2026 03:04, 28 Nov 2026 03:04
  `\\d{1,2}[-/ ]${MONTH}[-/ ]\\d{4}[: ,]`,
  // 28.11.2026 03:04, 11/28/2026 03:04, 11-28 03:04
  `\\d{1,2}[-/.]\\d{1,2}(?:[-/.](?:\\d{4}|\\d{2}))?[, ]+${TIME}`,
  // Nov 28 03:04, Nov 28, 2026 3:04:05 PM, Sat Nov 28 03:04:05 2026
  `(?:[A-Z][a-z]{2},? )?${MONTH} {1,2}\\d{1,2}(?:, \\d{4})? ${TIME}`,
  // Sat, 28 Nov 2026 03:04
  `[A-Z][a-z]{2}, \\d{1,2} ${MONTH} \\d{4} `,
  // 20261128 03:04, 20261128T0304, 261128 03:04
  `(?:\\d{8}|\\d{6})[T ]\\d{1,2}:?\\d\\d`,
  // 03:04:05
  '\\d{1,2}:\\d\\d:\\d\\d(?:[.,\\]\\s]|$)',
  // Seconds, or milliseconds, since 1970
  '1\\d{9}(?:\\d{3})?(?:\\.\\d+)?(?:[\\]:, \\t]|$)',
]

/** glog's: a letter for the level, the month and the day. */
const GLOG = `[IWEFD]\\d{4} ${TIME}`

const TIMESTAMP = compileLinePattern(`^(?:(?:${BEFORE.join('|')})(?:${DATES.join('|')})|${GLOG})`)

export function beginsWithTimestamp(line: string): boolean {
  return TIMESTAMP.test(line)
}
