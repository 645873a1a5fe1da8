/** The word of `known` that `written` was most likely meant to be, or undefined if none is close. */
export function findNearest(written: string, known: readonly string[]): string | undefined {
  const wanted = simplify(written)
  let nearest: string | undefined
  let nearestDistance = Math.max(1, Math.floor(wanted.length / 2.5)) + 1
  for (const candidate of known) {
    const simple = simplify(candidate)
    // A word that begins or ends another one (cert, certificate) is close, however much is missing.
    const isPart =
      wanted.length >= 3 && (simple.startsWith(wanted) || wanted.startsWith(simple) || simple.endsWith(wanted))
    const distance = isPart ? Math.min(1, editDistance(wanted, simple)) : editDistance(wanted, simple)
    if (distance < nearestDistance) [nearest, nearestDistance] = [candidate, distance]
  }
  return nearest
}

/** Ignores letter case, spaces, hyphens and underscores. */
function simplify(word: string): string {
  return word
    .slice(0, 64)
    .toLowerCase()
    .replaceAll(/[\s_-]/gu, '')
}

/** The Levenshtein distance: the number of letters to insert, delete or change. */
function editDistance(left: string, right: string): number {
  let previous = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const change = (previous[column - 1] ?? 0) + (left[row - 1] === right[column - 1] ? 0 : 1)
      current.push(Math.min(change, (previous[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1))
    }
    previous = current
  }
  return previous.at(-1) ?? 0
}
