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

/** Each name that `pattern` matches is matched by `wider` too. A `*` is any text, so only a `*` covers it. */
export function isWithin(pattern: string, wider: string): boolean {
  return matches(wider, pattern, { isStarShared: false })
}

/** Some name is matched by both. */
export function isOverlap(a: string, b: string): boolean {
  return matches(a, b, { isStarShared: true })
}

interface Text {
  readonly text: string
  /** A `*` of the text is a character, or if it is shared, any text of its own. */
  readonly isStarShared: boolean
}

function matches(pattern: string, text: string, { isStarShared }: Pick<Text, 'isStarShared'>): boolean {
  // The places up to which the text may be used up after each character of the pattern.
  let places = skipStars({ text, isStarShared }, 0)
  for (const character of pattern) {
    places = [...new Set(places.flatMap(place => step(character, { text, isStarShared }, place)))]
  }
  return places.includes(text.length)
}

function step(character: string, text: Text, place: number): readonly number[] {
  const next = text.text[place]
  if (character === '*') return Array.from({ length: text.text.length - place + 1 }, (_, i) => place + i)
  if (next === character) return skipStars(text, place + 1)
  return next === '*' && text.isStarShared ? skipStars(text, place) : []
}

/** A shared `*` may also stand for nothing. */
function skipStars({ text, isStarShared }: Text, place: number): readonly number[] {
  const places = [place]
  if (!isStarShared) return places
  for (let at = place; text[at] === '*'; at++) places.push(at + 1)
  return places
}
