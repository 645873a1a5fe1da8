// The indices that fields of events choose.
import { parseNameWithFields } from '../../flow/name-with-fields.ts'
import { isWithin } from '../../flow/name-pattern.ts'
import type { CheckReport } from './check-report.ts'

interface Names {
  readonly index?: string | undefined
  readonly dataStream?: string | undefined
  readonly allowedIndices?: readonly (string | undefined)[] | undefined
}

/** An event that lacks a field must have an index too, so the name with `other` for each field has to be allowed. */
export function checkIndexFields({ index, dataStream, allowedIndices }: Names, report: CheckReport): void {
  const member = dataStream === undefined ? 'index' : 'dataStream'
  const written = dataStream ?? index ?? ''
  const name = parseNameWithFields(written)
  if (name === undefined) return
  if (allowedIndices === undefined)
    return report.error(
      ['store', member],
      `store.${member} has fields of events, so "allowedIndices" has to list what they may choose, such as ["${starsOf(name.widened)}"]`,
    )
  const other = starsOf(name.other)
  if (allowedIndices.some(pattern => pattern !== undefined && isWithin(other, pattern))) return
  report.error(
    ['store', 'allowedIndices'],
    `store.allowedIndices has to allow ${other}, which store.${member} makes for an event without a name of its own`,
  )
}

function starsOf(name: string): string {
  return name.replaceAll(/%\{\+[^{}]*\}/gu, '*')
}
