import type { Joiner } from './joiner.ts'

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = new Set([0x7b, 0x5b])
const CLOSING = new Set([0x7d, 0x5d])
const BEGINNING = /^[ \t]*[{[]/

/** A record that begins with a bracket ends where all of its brackets, outside of strings, are closed. */
export function createBracketsJoiner(): Joiner {
  let depth = 0
  const count = (line: string) => ((depth += countBrackets(line)) > 0 ? 'part' : 'last')
  return {
    begin(line) {
      depth = 0
      return BEGINNING.test(line) ? count(line) : 'last'
    },
    add: count,
  }
}

/** Opening ones less closing ones. A string of JSON ends before its line does. */
function countBrackets(line: string): number {
  let sum = 0
  let isInString = false
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i)
    if (code === BACKSLASH && isInString) i++
    else if (code === QUOTE) isInString = !isInString
    else if (!isInString && OPENING.has(code)) sum++
    else if (!isInString && CLOSING.has(code)) sum--
  }
  return sum
}
