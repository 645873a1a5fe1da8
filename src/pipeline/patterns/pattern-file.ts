import type { Bank } from './bank.ts'
import { PatternFault } from './pattern-fault.ts'

/** Reads a file as Logstash has them: a name, a blank and an expression a line; `#` begins a comment. */
export function readPatternFile(text: string): Bank {
  const bank = new Map<string, string>()
  for (const [i, line] of text
    .replace(/^\u{feff}/u, '')
    .split(/\r?\n/u)
    .entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue
    const [, name, expression] = /^\s*(\w+)\s+(.*)$/u.exec(line) ?? []
    if (name === undefined || expression === undefined)
      throw new PatternFault(`line ${i + 1} is not a name, a blank and an expression`)
    bank.set(name, expression)
  }
  return bank
}
