import { toOnigurumaAst } from 'oniguruma-parser'
import type {
  AlternativeElementNode,
  AlternativeNode,
  CharacterClassElementNode,
  OnigurumaAst,
} from 'oniguruma-parser/parser'
import { toRegExpDetails } from 'oniguruma-to-es'
import { PatternFault } from './pattern-fault.ts'
import { rewrite } from './pieces.ts'

/** A regular expression of JavaScript, with captures by number only. */
export interface Translated {
  readonly regex: RegExp
  /** The number of the capture that was named g0, g1, …. */
  readonly groups: readonly number[]
}

/** An expression as a tree. */
export type Tree = OnigurumaAst
export type Alternative = AlternativeNode
export type Element = AlternativeElementNode
export type ClassMember = CharacterClassElementNode

export type Alphabet = 'ascii' | 'unicode'

/** In grok, `\d`, `\s` and `\w` are ASCII. `\b` and `[[:alpha:]]` are not. */
const FLAGS = 'DSW'

/**
 * Writes an expression of Oniguruma, the dialect of grok, as one of JavaScript. Atomic groups stay atomic: without that,
 * expressions of users become exponential. The one for ASCII gives the same on text that is ASCII, and is faster.
 */
export function translate(expression: string, alphabet: Alphabet): Translated {
  const text = alphabet === 'ascii' ? rewrite(expression, toAscii) : expression
  return wrapFaults(() => {
    // Not the emulating subclass of RegExp: it is half as fast, and only unnamed captures need it.
    const { pattern, flags } = toRegExpDetails(text, { avoidSubclass: true, flags: FLAGS })
    const { source, groups } = numberGroups(alphabet === 'ascii' ? pattern : rewrite(pattern, widenBoundary))
    return { regex: new RegExp(source, flagsFor(source, flags, alphabet)), groups }
  })
}

export function parse(expression: string): Tree {
  return wrapFaults(() => toOnigurumaAst(expression, { flags: FLAGS }))
}

function wrapFaults<Result>(work: () => Result): Result {
  try {
    return work()
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PatternFault(reason.replaceAll(/\(\?<g\d+>/gu, '('), { cause: error })
  }
}

const ASCII_CLASSES = new Map([
  ['[:alpha:]', 'A-Za-z'],
  ['[:alnum:]', '0-9A-Za-z'],
  ['[:digit:]', '0-9'],
  ['[:upper:]', 'A-Z'],
  ['[:lower:]', 'a-z'],
  ['[:xdigit:]', '0-9A-Fa-f'],
  ['[:word:]', String.raw`\w`],
])

function toAscii(piece: string, inClass: boolean): string {
  if (piece === String.raw`\h`) return inClass ? '0-9A-Fa-f' : '[0-9A-Fa-f]'
  return ASCII_CLASSES.get(piece) ?? piece
}

// A character of a word that is not ASCII: rare in logs, so that V8's own `\b` decides first, which is faster.
const FOREIGN = String.raw`[[\p{L}\p{M}\p{N}\p{Pc}]--[\0-\x7f]]`
const AT_FOREIGN = `(?<=${FOREIGN})(?!${FOREIGN})|(?<!${FOREIGN})(?=${FOREIGN})`
const AT_BOUNDARY = String.raw`(?:\b(?<!${FOREIGN})(?!${FOREIGN})|\B(?:${AT_FOREIGN}))`
const NOT_AT_BOUNDARY = String.raw`(?:\B(?!${AT_FOREIGN})|\b(?:(?<=${FOREIGN})|(?=${FOREIGN})))`

/** `\b` with the letters of all scripts. */
function widenBoundary(piece: string, inClass: boolean): string {
  if (inClass) return piece
  if (piece === String.raw`\b`) return AT_BOUNDARY
  return piece === String.raw`\B` ? NOT_AT_BOUNDARY : piece
}

/** Without the flag `v` an expression is faster. It needs it for properties, code points, and classes within classes. */
function flagsFor(source: string, flags: string, alphabet: Alphabet): string {
  const needsSets = /[^\0-\x7f]|\\[pPu]\{|--|&&/u.test(source) || /\[[^[\]]*\[/u.test(outline(source, 'escapes'))
  return alphabet === 'unicode' || needsSets ? flags : flags.replace('v', '')
}

/** The same text with `_` for escapes, or for all that is in classes too: its parentheses are those of groups. */
function outline(source: string, hidden: 'escapes' | 'classes'): string {
  return rewrite(source, (piece, inClass) =>
    piece.length > 1 || (inClass && hidden === 'classes') ? '_'.repeat(piece.length) : piece,
  )
}

/** Without names, and with the numbers of the captures that had them: the translation adds captures of its own. */
function numberGroups(source: string): { readonly source: string; readonly groups: readonly number[] } {
  const groups: number[] = []
  let out = ''
  let end = 0
  let number = 0
  for (const { 0: open, 1: name, index } of outline(source, 'classes').matchAll(/\((?:\?<g(\d+)>|(?!\?))/gu)) {
    number += 1
    if (name !== undefined) groups[Number(name)] = number
    out += `${source.slice(end, index)}(`
    end = index + open.length
  }
  return { source: out + source.slice(end), groups }
}
