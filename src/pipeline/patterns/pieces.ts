/** Writes an expression again, piece by piece: an escape, a class of POSIX such as `[:alpha:]`, or one character. */
export function rewrite(expression: string, replace: (piece: string, inClass: boolean) => string): string {
  let out = ''
  let depth = 0
  for (let at = 0; at < expression.length;) {
    const piece = pieceAt(expression, at, depth > 0)
    if (piece.length === 1) depth = Math.max(0, depth + classStep(expression, at, depth > 0))
    out += replace(piece, depth > 0)
    at += piece.length
  }
  return out
}

const ESCAPE = /\\(?:[pP]\{[^}]*\}|[\s\S])/uy
const POSIX_CLASS = /\[:\^?[a-z]+:\]/uy

function pieceAt(text: string, at: number, inClass: boolean): string {
  const long = matchAt(ESCAPE, text, at) ?? (inClass ? matchAt(POSIX_CLASS, text, at) : null)
  return long?.[0] ?? (text[at] as string)
}

export function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

/** How the depth of `[` changes here. A `]` that comes first in a class is a character of it. */
export function classStep(text: string, at: number, inClass: boolean): number {
  if (text[at] === '[') return 1
  if (text[at] !== ']' || !inClass) return 0
  const isFirst = text[at - 1] === '[' || (text[at - 1] === '^' && text[at - 2] === '[')
  return isFirst ? 0 : -1
}
