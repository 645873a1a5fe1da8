/** Splits as Java's `String.split` does: without empty texts at the end, unless there is a limit to their number. */
export function splitLikeJava(text: string, separator: RegExp, limit = 0): string[] {
  const parts: string[] = []
  let from = 0
  for (const match of text.matchAll(separator)) {
    const end = match.index + match[0].length
    // A match of nothing at the beginning cuts nothing off.
    if (end === 0) continue
    if (limit > 0 && parts.length === limit - 1) break
    parts.push(text.slice(from, match.index))
    from = end
  }
  if (from === 0 && parts.length === 0) return [text]
  parts.push(text.slice(from))
  return limit === 0 ? withoutEmptyEnd(parts) : parts
}

function withoutEmptyEnd(parts: readonly string[]): string[] {
  return parts.slice(0, parts.findLastIndex(part => part !== '') + 1)
}
