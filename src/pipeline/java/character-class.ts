import { rangeSource, type SetSource } from './character-sets.ts'
import { readEscape } from './escapes.ts'
import type { PatternCursor } from './pattern-cursor.ts'

export interface ClassFlags {
  readonly ignoresCase: boolean
  /** White space and comments do not count. */
  readonly isExtended: boolean
}

/** A class such as `[a-f[^x]&&\w]`; the first bracket is passed. The result has its brackets. */
export function readClass(cursor: PatternCursor, flags: ClassFlags): string {
  const start = cursor.at - 1
  const isComplement = cursor.take('^')
  const operands: SetSource[] = []
  let members = ''
  let isFirst = true
  for (;;) {
    if (flags.isExtended) cursor.match(/(?:\s|#[^\n]*)+/uy)
    if (cursor.isAtEnd) throw cursor.fault('unclosed character class', start)
    if (!isFirst && cursor.take(']')) break
    if (cursor.take('&&')) {
      operands.push(operandOf(members, cursor))
      members = ''
    } else members += readMember(cursor, flags)
    isFirst = false
  }
  if (operands.length === 0) return `[${isComplement ? '^' : ''}${members}]`
  const all = [...operands, operandOf(members, cursor)].map(operand => `[${operand}]`)
  return `[${isComplement ? '^' : ''}${all.join('&&')}]`
}

function operandOf(members: SetSource, cursor: PatternCursor): SetSource {
  if (members === '') throw cursor.fault('expected characters on both sides of "&&"')
  return members
}

function readMember(cursor: PatternCursor, flags: ClassFlags): SetSource {
  if (cursor.take('[')) return readClass(cursor, flags)
  if (cursor.match(/\\Q/uy) !== undefined) return readQuoted(cursor, flags)
  const start = cursor.at
  const first = readOne(cursor, flags)
  if (typeof first === 'string') return first
  if (!isRange(cursor)) return rangeSource(first, first, flags.ignoresCase)
  cursor.next()
  const last = readOne(cursor, flags)
  if (typeof last === 'string' || last < first) throw cursor.fault('illegal range of characters', start)
  return rangeSource(first, last, flags.ignoresCase)
}

/** A hyphen before the end of the class, or before another class, is one. */
function isRange(cursor: PatternCursor): boolean {
  return /^-[^\][]/su.test(cursor.text.slice(cursor.at, cursor.at + 2))
}

function readOne(cursor: PatternCursor, { ignoresCase }: ClassFlags): number | SetSource {
  const start = cursor.at
  if (!cursor.take('\\')) return cursor.next().codePointAt(0) as number
  const escape = readEscape(cursor, ignoresCase)
  if (escape === undefined) throw cursor.fault(`"\\${cursor.peek()}" cannot be used in a character class`, start)
  return escape.kind === 'code' ? escape.code : escape.set
}

function readQuoted(cursor: PatternCursor, { ignoresCase }: ClassFlags): SetSource {
  const [, quoted = ''] = cursor.match(/(.*?)(?:\\E|$)/suy) ?? []
  return Array.from(quoted, character => {
    const code = character.codePointAt(0) as number
    return rangeSource(code, code, ignoresCase)
  }).join('')
}
