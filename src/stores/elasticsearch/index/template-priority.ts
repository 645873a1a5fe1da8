import { isOverlap, isWithin } from '../../../flow/name-pattern.ts'

/** What counts of another index template. */
export interface OtherTemplate {
  readonly patterns: readonly string[]
  readonly priority: number
}

/** Below all templates that other programs bring: those of Elasticsearch (100), Beats (150), integrations (200). */
const USUAL_PRIORITY = 90
/** A wider template with this priority is meant to outrank others. */
const OUTRANKING_PRIORITY = 170

/**
 * The priority of our template for `pattern`: above the templates whose patterns are wider, and below all others that match
 * some of the same names, because those names are their program's own.
 */
export function choosePriority(pattern: string, others: readonly OtherTemplate[]): number {
  const met = others.filter(({ patterns }) => patterns.some(other => isOverlap(pattern, other)))
  const isWider = ({ patterns, priority }: OtherTemplate) =>
    priority < OUTRANKING_PRIORITY &&
    patterns.some(other => isWithin(pattern, other)) &&
    !patterns.some(other => isWithin(other, pattern))
  const [wider, own] = [met.filter(isWider), met.filter(other => !isWider(other))]
  const least = Math.max(USUAL_PRIORITY, ...wider.map(({ priority }) => priority + 1))
  const most = Math.min(...own.map(({ priority }) => priority - 1))
  let chosen = Math.min(least, most)
  // Servers refuse two templates of one priority that match the same names.
  while (met.some(({ priority }) => priority === chosen)) chosen--
  return Math.max(chosen, 0)
}
