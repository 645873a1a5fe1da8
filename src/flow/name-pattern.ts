// Patterns of names, in which a `*` is any text.

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
