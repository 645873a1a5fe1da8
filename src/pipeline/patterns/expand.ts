// From a pattern of grok to an expression of Oniguruma in which the captures are named g0, g1, …: the names of fields may
// have dots and brackets, and may occur twice, which JavaScript refuses.
import { PatternFault } from './pattern-fault.ts'
import { type Capture, readCapture, readInlineCapture } from './capture.ts'
import { classStep, matchAt } from './pieces.ts'

/** Finds the expression of a name; undefined where there is none. */
export type PatternLookup = (name: string) => string | undefined

export interface Expanded {
  readonly expression: string
  /** The capture of g0, of g1, …. */
  readonly captures: readonly Capture[]
}

/** Patterns that use each other twice and twice again would fill the memory. */
const MAX_EXPRESSION_CHARACTERS = 1024 * 1024

// The names are what Elasticsearch allows. A `?` is a misprint in files of Logstash, and is left out.
const REFERENCE = /%\{([A-z0-9]+)(?::([A-Za-z0-9@[\]_:.?-]+))?(?:=((?:[^{}\\]|\\.)+))?\}/uy
const LIKE_A_REFERENCE = /%\{[A-z0-9]+(?:[:=][^{}]*)?\}/uy
const INLINE_CAPTURE = /\(\?(?:<([^>=!][^>]*)>|'([^']+)')/uy
const NAMED_USE = /\\([gk])(?:<([^>]+)>|'([^']+)')/uy

export function expand(pattern: string, lookup: PatternLookup): Expanded {
  const expander = new Expander(lookup)
  return { expression: expander.expand(pattern, []), captures: expander.captures }
}

class Expander {
  readonly captures: Capture[] = []
  readonly #lookup: PatternLookup
  /** Definitions as in `%{NAME=definition}`; a pattern that exists wins, as in Elasticsearch. */
  readonly #inline = new Map<string, string>()
  readonly #names = new Map<string, number>()
  #length = 0

  constructor(lookup: PatternLookup) {
    this.#lookup = lookup
  }

  expand(text: string, within: readonly string[]): string {
    this.#length += text.length
    if (this.#length > MAX_EXPRESSION_CHARACTERS)
      throw new PatternFault(`the pattern has more than ${MAX_EXPRESSION_CHARACTERS} characters with all it refers to`)
    let out = ''
    let inClass = 0
    let at = 0
    while (at < text.length) {
      const special = this.#expandAt(text, { at, inClass: inClass > 0, within })
      const piece = special?.piece ?? text[at]
      if (special === undefined) inClass = Math.max(0, inClass + classStep(text, at, inClass > 0))
      out += piece
      at = special?.end ?? at + 1
    }
    return out
  }

  #expandAt(text: string, place: Place): Piece | undefined {
    const { at } = place
    if (text[at] === '%') return this.#reference(text, place)
    if (text[at] === '\\') return this.#escape(text, at)
    if (place.inClass || text[at] !== '(') return undefined
    const capture = matchAt(INLINE_CAPTURE, text, at)
    if (!capture) return undefined
    const name = capture[1] ?? capture[2] ?? ''
    return { piece: `(?<${this.#open(name, readInlineCapture(name))}>`, end: INLINE_CAPTURE.lastIndex }
  }

  #reference(text: string, { at, within }: Place): Piece | undefined {
    const [whole, name = '', capture, definition] = matchAt(REFERENCE, text, at) ?? []
    if (whole === undefined) {
      const near = matchAt(LIKE_A_REFERENCE, text, at)
      if (near) throw new PatternFault(`cannot read the reference ${near[0]}`)
      return undefined
    }
    if (definition !== undefined) this.#inline.set(name, definition)
    const open = capture === undefined ? '(?:' : `(?<${this.#open(capture, readCapture(name, capture))}>`
    return { piece: `${open}${this.#expandName(name, within)})`, end: at + whole.length }
  }

  #expandName(name: string, within: readonly string[]): string {
    if (within.includes(name))
      throw new PatternFault(`circular reference in pattern [${name}] via [${[...within, name].join('] [')}]`)
    const text = this.#lookup(name) ?? this.#inline.get(name)
    if (text === undefined) throw new PatternFault(`Unable to find pattern [${name}] in Grok's pattern dictionary`)
    return this.expand(text, [...within, name])
  }

  #escape(text: string, at: number): Piece {
    const use = matchAt(NAMED_USE, text, at)
    const group = use && this.#names.get(use[2] ?? use[3] ?? '')
    if (group !== undefined && use) return { piece: `\\${use[1]}<g${group}>`, end: NAMED_USE.lastIndex }
    return { piece: text.slice(at, at + 2), end: at + 2 }
  }

  /** The name of the next group. */
  #open(name: string, capture: Capture): string {
    const number = this.captures.length
    this.#names.set(name, number)
    this.captures.push(capture)
    return `g${number}`
  }
}

interface Place {
  readonly at: number
  readonly inClass: boolean
  readonly within: readonly string[]
}

interface Piece {
  readonly piece: string
  readonly end: number
}
