import { NotationFault } from './notation-fault.ts'

/** A part of a template. `names` is a path; it is empty for `{{.}}`, the item of a section over a list. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'value'; readonly names: readonly string[]; readonly isEscaped: boolean }
  | {
      readonly kind: 'section' | 'inverted'
      readonly names: readonly string[]
      readonly parts: readonly TemplatePart[]
    }
  | { readonly kind: 'toJson' | 'url'; readonly parts: readonly TemplatePart[] }
  | { readonly kind: 'join'; readonly delimiter: string; readonly parts: readonly TemplatePart[] }

const MAX_SECTIONS_DEEP = 20
const TAG = /\{\{(?:\{([^{}]*)\}\}\}|([^{}]*)\}\})/uy
const NAME = /^[^\s#^/!>&={}]+$/u
const JOIN = /^join(?:\s+delimiter='([^']*)')?$/u

interface OpenSection {
  readonly name: string
  readonly column: number
  readonly parts: TemplatePart[]
  readonly close: (parts: readonly TemplatePart[]) => TemplatePart
}

/** The subset of Mustache that ingest pipelines use. Throws a NotationFault for anything else. */
export function parseMustache(text: string): readonly TemplatePart[] {
  const parser = new MustacheParser(text)
  return parser.parse()
}

class MustacheParser {
  readonly #text: string
  readonly #open: OpenSection[] = []
  readonly #parts: TemplatePart[] = []
  #column = 1

  constructor(text: string) {
    this.#text = text
  }

  parse(): readonly TemplatePart[] {
    let at = 0
    for (let tag = this.#text.indexOf('{{'); tag !== -1; tag = this.#text.indexOf('{{', at)) {
      this.#addText(at, tag)
      at = this.#readTag(tag)
    }
    this.#addText(at, this.#text.length)
    const unclosed = this.#open.at(-1)
    if (unclosed === undefined) return this.#parts
    throw new NotationFault(`the section {{#${unclosed.name}}} is not closed`, this.#text, unclosed.column)
  }

  #addText(from: number, to: number): void {
    if (to > from) this.#add({ kind: 'text', text: this.#text.slice(from, to) })
  }

  #add(part: TemplatePart): void {
    const parts = this.#open.at(-1)?.parts ?? this.#parts
    parts.push(part)
  }

  /** Returns the position after the tag. */
  #readTag(at: number): number {
    this.#column = at + 1
    TAG.lastIndex = at
    const found = TAG.exec(this.#text)
    if (found === null) throw this.#fault('{{ has no }} that closes it')
    const [, raw, tag = ''] = found
    if (raw === undefined) this.#addTag(tag.trim())
    else this.#add({ kind: 'value', names: this.#namesOf(raw.trim()), isEscaped: false })
    return TAG.lastIndex
  }

  #addTag(tag: string): void {
    const rest = tag.slice(1).trim()
    if (tag.startsWith('#')) this.#openSection(rest)
    else if (tag.startsWith('^')) this.#openPlain('inverted', rest)
    else if (tag.startsWith('/')) this.#closeSection(rest)
    else if (tag.startsWith('>')) throw this.#fault('a template cannot include another one ({{>…}})')
    else if (tag.startsWith('=')) throw this.#fault('the delimiters of a template cannot change ({{=…=}})')
    else if (tag.startsWith('&')) this.#add({ kind: 'value', names: this.#namesOf(rest), isEscaped: false })
    else if (!tag.startsWith('!')) this.#add({ kind: 'value', names: this.#namesOf(tag), isEscaped: true })
  }

  #openSection(tag: string): void {
    if (tag === 'toJson' || tag === 'url') return this.#push(tag, parts => ({ kind: tag, parts }))
    const join = JOIN.exec(tag)
    if (join === null) return this.#openPlain('section', tag)
    this.#push(tag, parts => ({ kind: 'join', delimiter: join[1] ?? ',', parts }))
  }

  #openPlain(kind: 'section' | 'inverted', tag: string): void {
    const names = this.#namesOf(tag)
    this.#push(tag, parts => ({ kind, names, parts }))
  }

  #push(name: string, close: OpenSection['close']): void {
    if (this.#open.length === MAX_SECTIONS_DEEP)
      throw this.#fault(`sections are nested more than ${MAX_SECTIONS_DEEP} deep`)
    this.#open.push({ name, column: this.#column, parts: [], close })
  }

  #closeSection(name: string): void {
    const section = this.#open.pop()
    if (section?.name !== name) throw this.#fault(`{{/${name}}} closes no section of this name`)
    this.#add(section.close(section.parts))
  }

  #namesOf(name: string): readonly string[] {
    if (name === '.') return []
    if (!NAME.test(name)) throw this.#fault(`[${name}] is not the name of a field`)
    return name.split('.')
  }

  #fault(message: string): NotationFault {
    return new NotationFault(message, this.#text, this.#column)
  }
}
