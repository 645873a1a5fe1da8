// Java's regular expressions, written as those of JavaScript with the flag `v`. What cannot be the same is refused.
import { anyCharacter, escapeCode, rangeSource } from './character-sets.ts'
import { readClass } from './character-class.ts'
import { readEscape } from './escapes.ts'
import { type Frame, hasMatchedAt, isForgotten, openFrame } from './group-places.ts'
import { PatternCursor } from './pattern-cursor.ts'

interface Flags {
  readonly i: boolean
  readonly m: boolean
  readonly s: boolean
  readonly x: boolean
  readonly d: boolean
}

/** A group of the pattern, in JavaScript's numbers. */
export interface JavaGroup {
  readonly index: number
  readonly name: string | undefined
  readonly frame: Frame
}

const LINE_END = String.raw`(?:\r\n|[\n\r\u0085\u2028\u2029])`
const NOT_WITHIN_CRLF = String.raw`(?<!\r(?=\n))`

const ANCHORS: Readonly<Record<string, string>> = {
  A: '(?:^)',
  z: '(?:$)',
  Z: `(?:${NOT_WITHIN_CRLF}(?=${LINE_END}?$))`,
  b: String.raw`(?:\b)`,
  B: String.raw`(?:\B)`,
  R: String.raw`(?:\r\n|[\n\x0B\f\r\x85\u2028\u2029])`,
}

export class PatternParser {
  /** Java's groups in their order; the whole match is not one of them. */
  readonly groups: JavaGroup[] = []
  readonly #cursor: PatternCursor
  #groupCount = 0

  constructor(text: string) {
    this.#cursor = new PatternCursor(text)
  }

  parse(flags: string): string {
    const frame = openFrame(undefined)
    const source = this.#readChoice(frame, readFlags(flags))
    if (!this.#cursor.isAtEnd) throw this.#cursor.fault('a bracket ")" that none opens')
    return source
  }

  /** Up to the end of the bracket, which is not passed. */
  #readChoice(frame: Frame, outerFlags: Flags): string {
    let source = ''
    let flags = outerFlags
    while (!this.#cursor.isAtEnd && this.#cursor.peek() !== ')') {
      const changed = this.#readFlagChange(flags)
      if (changed !== undefined) flags = changed
      else if (this.#cursor.take('|')) {
        frame.branchCount++
        source += '|'
      } else source += this.#readRepeated(frame, flags)
    }
    return source
  }

  /** `(?i)`, for the rest of the bracket. */
  #readFlagChange(flags: Flags): Flags | undefined {
    const found = this.#cursor.match(/\(\?([a-zA-Z]*)(?:-([a-zA-Z]*))?\)/uy)
    return found === undefined ? undefined : this.#changeFlags(flags, found)
  }

  #changeFlags(flags: Flags, [whole, on = '', off = '']: RegExpExecArray): Flags {
    const unknown = /[^imsxd]/u.exec(on + off)?.[0]
    if (unknown !== undefined)
      throw this.#cursor.fault(`the flag "${unknown}" cannot be used here`, this.#cursor.at - whole.length)
    const changed = { ...flags }
    for (const name of on) changed[name as keyof Flags] = true
    for (const name of off) changed[name as keyof Flags] = false
    return changed
  }

  #readRepeated(outer: Frame, flags: Flags): string {
    if (flags.x && this.#cursor.match(/(?:\s|#[^\n]*)+/uy) !== undefined) return ''
    const frame = openFrame(outer)
    const start = this.#cursor.at
    const atom = this.#readAtom(frame, flags)
    if (flags.x) this.#cursor.match(/(?:\s|#[^\n]*)+/uy)
    const found = this.#cursor.match(/([?*+]|\{\d+(?:,\d*)?\})([?+]?)/uy)
    if (found === undefined) return atom
    const [, quantifier = '', mode = ''] = found
    frame.isOptional = /^(?:[?*]|\{0*[,}])/u.test(quantifier)
    frame.isRepeated = !/^(?:\?|\{[01](?:,[01])?\})$/u.test(quantifier)
    if ((frame.isRepeated || frame.isOptional) && isOddLoop(atom))
      throw this.#cursor.fault('a repetition of alternatives that may be empty cannot be used here', start)
    if (mode !== '+') return atom + quantifier + mode
    return this.#atomic(`${atom}${quantifier}`)
  }

  /**
   * Once matched, it is not tried in another way: a lookahead is not, and its text is then matched again. Its own group is
   * after those in it.
   */
  #atomic(source: string): string {
    const index = ++this.#groupCount
    return `(?:(?=(?<atomic${index}>${source}))\\k<atomic${index}>)`
  }

  #readAtom(frame: Frame, flags: Flags): string {
    const cursor = this.#cursor
    const start = cursor.at
    const character = cursor.next()
    switch (character) {
      case '.':
        return anyCharacter({ withLineEnds: flags.s, onlyLf: flags.d })
      case '[':
        return readClass(cursor, { ignoresCase: flags.i, isExtended: flags.x })
      case '(':
        return this.#readGroup(frame, flags)
      case '^':
        return startOfLine(flags)
      case '$':
        return endOfLine(flags)
      case '\\':
        return this.#readEscape(frame, flags)
      case '?':
      case '*':
      case '+':
        throw cursor.fault(`"${character}" has nothing to repeat`, start)
      case '{':
        throw cursor.fault('"{" has nothing to repeat, or is not a repetition', start)
      default:
        return literal(character.codePointAt(0) as number, flags)
    }
  }

  #readGroup(frame: Frame, outerFlags: Flags): string {
    const start = this.#cursor.at - 1
    const groupsBefore = this.#groupCount
    const { open, close, flags } = this.#readOpening(frame, outerFlags)
    const body = this.#readChoice(frame, flags)
    this.#cursor.expect(')', 'unclosed group')
    if (close === 'atomic') return this.#atomic(`(?:${body})`)
    // JavaScript matches a lookbehind from its end, so that groups in it may hold other texts.
    if (/\(\?<[=!]/u.test(open) && this.#groupCount > groupsBefore)
      throw this.#cursor.fault('a group in a lookbehind cannot be used here: make it a (?:…)', start)
    return `${open}${body}${close}`
  }

  #readOpening(frame: Frame, flags: Flags): { open: string; close: string; flags: Flags } {
    const cursor = this.#cursor
    if (!cursor.take('?')) return { open: this.#openCapture(frame, undefined), close: ')', flags }
    if (cursor.take('>')) return { open: '', close: 'atomic', flags }
    const look = cursor.match(/<?[=!]/uy)
    if (look !== undefined) return { open: `(?:(?${look[0]}`, close: '))', flags }
    const name = cursor.match(/<([a-zA-Z][a-zA-Z0-9]*)>/uy)?.[1]
    if (name !== undefined) return { open: this.#openCapture(frame, name), close: ')', flags }
    const found = cursor.match(/([a-zA-Z]*)(?:-([a-zA-Z]*))?:/uy)
    if (found === undefined) throw cursor.fault('this kind of group cannot be used here', cursor.at - 1)
    return { open: '(?:', close: ')', flags: this.#changeFlags(flags, found) }
  }

  #openCapture(frame: Frame, name: string | undefined): string {
    if (name !== undefined && this.groups.some(group => group.name === name))
      throw this.#cursor.fault(`the group "${name}" is there already`)
    const index = ++this.#groupCount
    this.groups.push({ index, name, frame })
    return `(?<group${index}>`
  }

  #readEscape(frame: Frame, flags: Flags): string {
    const cursor = this.#cursor
    const start = cursor.at - 1
    if (cursor.take('Q')) return this.#readQuoted(flags)
    const letter = cursor.peek()
    if (letter === 'Z' && flags.d) throw cursor.fault('"\\Z" cannot be used with the flag "d"', start)
    if (Object.hasOwn(ANCHORS, letter)) return ANCHORS[cursor.next()] as string
    const name = cursor.match(/k<([a-zA-Z][a-zA-Z0-9]*)>/uy)?.[1]
    if (name !== undefined)
      return this.#refer(this.groups.findIndex(group => group.name === name) + 1, { frame, flags, start })
    if (/^[1-9]$/u.test(letter)) return this.#refer(this.#readNumber(), { frame, flags, start })
    const escape = readEscape(cursor, flags.i)
    if (escape === undefined) throw cursor.fault(`"\\${letter}" cannot be used here`, start)
    return escape.kind === 'code' ? literal(escape.code, flags) : `[${escape.set}]`
  }

  #readQuoted(flags: Flags): string {
    const [, quoted = ''] = this.#cursor.match(/(.*?)(?:\\E|$)/suy) ?? []
    // What follows repeats the last character only.
    const characters = Array.from(quoted, character => literal(character.codePointAt(0) as number, flags))
    return characters.join('')
  }

  /** As many digits as make a group that there is. */
  #readNumber(): number {
    let number = Number(this.#cursor.next())
    while (/^\d$/u.test(this.#cursor.peek()) && number * 10 + Number(this.#cursor.peek()) <= this.groups.length)
      number = number * 10 + Number(this.#cursor.next())
    return number
  }

  #refer(number: number, { frame, flags, start }: { frame: Frame; flags: Flags; start: number }): string {
    const group = this.groups[number - 1]
    const here = frame.outer ?? frame
    if (group === undefined || isWithin(here, group.frame))
      throw this.#cursor.fault('a reference to a group that is not complete here', start)
    if (!hasMatchedAt(group.frame, here) || isForgotten(group.frame))
      throw this.#cursor.fault('a reference to a group that may not have matched cannot be used here', start)
    if (flags.i) throw this.#cursor.fault('a reference with the flag "i" cannot be used here', start)
    return `(?:\\k<group${group.index}>)`
  }
}

const LAZY_OR_CHOICE = /[?*+]\?|(?<!\\u)\{\d+(?:,\d*)?\}\?|\|/u

/** Java ends a repetition at the first time that nothing matched, and JavaScript tries the other alternatives. */
function isOddLoop(atom: string): boolean {
  return LAZY_OR_CHOICE.test(atom) && matchesNothing(atom)
}

/** A part of a pattern may refer to a group outside of it; then it is not known. */
function matchesNothing(source: string): boolean {
  try {
    return new RegExp(`^(?:${source})$`, 'v').test('')
  } catch {
    return true
  }
}

function isWithin(frame: Frame, outer: Frame): boolean {
  for (let at: Frame | undefined = frame; at !== undefined; at = at.outer) if (at === outer) return true
  return false
}

function literal(code: number, flags: Flags): string {
  const hasTwoCases = flags.i && /^[a-zA-Z]$/u.test(String.fromCodePoint(code))
  return hasTwoCases ? `[${rangeSource(code, code, true)}]` : escapeCode(code)
}

/** With the flag `m` never at the end of the text. */
function startOfLine({ m, d }: Flags): string {
  if (!m) return '(?:^)'
  return d ? String.raw`(?:(?!$)(?:^|(?<=\n)))` : String.raw`(?:(?!$)(?:^|(?<=\n|\r(?!\n)|[\u0085\u2028\u2029])))`
}

function endOfLine({ m, d }: Flags): string {
  if (d) return m ? String.raw`(?:$|(?=\n))` : String.raw`(?:(?=\n?$))`
  return m ? `(?:${NOT_WITHIN_CRLF}(?=${LINE_END}|$))` : `(?:${NOT_WITHIN_CRLF}(?=${LINE_END}?$))`
}

function readFlags(flags: string): Flags {
  const has = (name: string): boolean => flags.includes(name)
  return { i: has('i'), m: has('m'), s: has('s'), x: has('x'), d: has('d') }
}
