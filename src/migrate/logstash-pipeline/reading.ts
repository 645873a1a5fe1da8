import { left, taken, type Note } from '../contract.ts'
import { toFieldName, toTemplate } from './field-names.ts'
import type { Given, Plugin, Setting } from './syntax-tree.ts'

export type WrittenProcessor = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/**
 * The settings of one plugin while it is converted. Each setting that is asked for counts as taken over; the others are
 * reported by `noteUnread`, so that none is lost in silence.
 */
export class PluginReading {
  readonly plugin: Plugin
  readonly #notes: Note[]
  readonly #read = new Set<string>()

  constructor(plugin: Plugin, notes: Note[]) {
    this.plugin = plugin
    this.#notes = notes
  }

  get subject(): string {
    return `line ${this.plugin.position.line}, ${this.plugin.name}`
  }

  left(text: string, setting?: string): void {
    this.#notes.push(left(setting === undefined ? this.subject : `${this.subject}.${setting}`, text))
  }

  taken(text: string): void {
    this.#notes.push(taken(this.subject, text))
  }

  has(name: string): boolean {
    return this.#find(name) !== undefined
  }

  value(name: string): Given | undefined {
    return this.#find(name)?.value
  }

  text(name: string): string | undefined {
    const value = this.value(name)
    return value === undefined ? undefined : toText(value)
  }

  field(name: string): string | undefined {
    const text = this.text(name)
    return text === undefined ? undefined : toFieldName(text)
  }

  isOn(name: string, byDefault = false): boolean {
    const text = this.text(name)
    return text === undefined ? byDefault : text.toLowerCase() === 'true'
  }

  /** One text counts as a list of one. */
  texts(name: string): readonly string[] {
    const value = this.value(name)
    if (value === undefined) return []
    return value.kind === 'list' ? value.items.flatMap(item => toText(item) ?? []) : [toText(value) ?? '']
  }

  /** Entries of a hash; a list of an even number of texts, the old form of a hash, counts as one. */
  entries(name: string): readonly (readonly [name: string, value: Given])[] {
    const value = this.value(name)
    if (value?.kind === 'hash') return value.entries
    if (value?.kind !== 'list') return []
    const { items } = value
    return items.flatMap((item, i) =>
      i % 2 === 0 && items[i + 1] ? [[toText(item) ?? '', items[i + 1] as Given]] : [],
    )
  }

  /** A text with values in it; undefined, and reported, where it has a date. */
  template(text: string, setting: string): string | undefined {
    const template = toTemplate(text)
    if (template === undefined) this.left(`${JSON.stringify(text)}: a date in a text has no counterpart`, setting)
    return template
  }

  /** Settings that concern Logstash itself, or have their meaning without any setting. */
  ignore(reason: string, names: readonly string[]): void {
    for (const name of names) if (this.has(name)) this.left(reason, name)
  }

  noteUnread(): void {
    for (const { name, value } of this.plugin.settings) {
      if (!this.#read.has(name))
        this.left(`${JSON.stringify(toText(value) ?? value.kind)}: it has no counterpart`, name)
    }
  }

  #find(name: string): Setting | undefined {
    this.#read.add(name)
    return this.plugin.settings.findLast(setting => setting.name === name)
  }
}

export function toText(value: Given): string | undefined {
  if (value.kind === 'text') return value.text
  return value.kind === 'number' ? String(value.number) : undefined
}

/** As JSON has it. */
export function toPlain(value: Given): unknown {
  switch (value.kind) {
    case 'text':
      return value.text
    case 'number':
      return value.number
    case 'list':
      return value.items.map(toPlain)
    case 'hash':
      return Object.fromEntries(value.entries.map(([name, entry]) => [name, toPlain(entry)]))
    case 'plugin':
      return value.plugin.name
  }
}
