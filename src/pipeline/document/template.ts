// Templates as Elasticsearch has them in ingest pipelines: Mustache, with the document and `_ingest` as its values.
import { javaTextOf } from './java-names.ts'
import { writeJson } from './json.ts'
import { parseMustache, type TemplatePart } from './mustache.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { bounded } from './text-limit.ts'
import { type Fields, type Value, isFields, memberOf, putMember } from './value.ts'

export type Template = (event: PipelineEvent) => string

/** How `{{name}}` is escaped; `{{{name}}}` never is. Elasticsearch's default is that of JSON. */
export type Escaping = 'application/json' | 'text/plain' | 'application/x-www-form-urlencoded'

/** The items of the sections around a part; the innermost one is last. */
type Items = readonly Value[]
type Render = (event: PipelineEvent, items: Items) => string

export function isTemplate(text: string): boolean {
  return text.includes('{{')
}

/** A missing field is an empty text. Throws a NotationFault. */
export function compileTemplate(text: string, escaping: Escaping = 'application/json'): Template {
  if (!isTemplate(text)) return () => text
  const render = compileParts(parseMustache(text), escaping)
  return event => render(event, [])
}

/** A value with templates in its texts and names, at every depth, as in `set`. It is new for each event. */
export function compileValue(value: Value, escaping?: Escaping): (event: PipelineEvent) => Value {
  if (typeof value === 'string') return compileTemplate(value, escaping)
  if (Array.isArray(value)) {
    const elements = value.map(element => compileValue(element, escaping))
    return event => elements.map(element => element(event))
  }
  if (!isFields(value)) return () => value
  const members = Object.entries(value).map(([name, member]) => ({
    name: compileTemplate(name, escaping),
    value: compileValue(member, escaping),
  }))
  return event => {
    const fields: Fields = {}
    for (const member of members) putMember(fields, member.name(event), member.value(event))
    return fields
  }
}

function compileParts(parts: readonly TemplatePart[], escaping: Escaping): Render {
  const renders = parts.map(part => compilePart(part, escaping))
  const [only] = renders
  if (only !== undefined && renders.length === 1) return only
  return (event, items) => {
    let text = ''
    for (const render of renders) text = bounded(text + render(event, items))
    return text
  }
}

function compilePart(part: TemplatePart, escaping: Escaping): Render {
  switch (part.kind) {
    case 'text':
      return () => part.text
    case 'value':
      return compileNamed(part.names, part.isEscaped ? ESCAPES[escaping] : text => text)
    case 'section':
    case 'inverted':
      return compileSection(part, compileParts(part.parts, escaping))
    case 'toJson':
      return compileFunction(part.parts, value => (value === undefined ? '' : writeJson(value)))
    case 'join':
      return compileFunction(part.parts, value => joinValue(value, part.delimiter))
    case 'url': {
      const render = compileParts(part.parts, escaping)
      return (event, items) => escapeUrl(render(event, items))
    }
  }
}

function compileNamed(names: readonly string[], escape: (text: string) => string): Render {
  return (event, items) => {
    const value = find(names, event, items)
    if (value === undefined || value === null) return ''
    return bounded(escape(shown(value)))
  }
}

function compileSection(part: TemplatePart & { readonly kind: 'section' | 'inverted' }, body: Render): Render {
  if (part.kind === 'inverted')
    return (event, items) => (isFalsy(find(part.names, event, items)) ? body(event, items) : '')
  return (event, items) => {
    const value = find(part.names, event, items)
    if (value === undefined || isFalsy(value)) return ''
    if (!Array.isArray(value)) return body(event, [...items, value])
    let text = ''
    for (const item of value) text = bounded(text + body(event, [...items, item]))
    return text
  }
}

/** `{{#toJson}}path{{/toJson}}`: the text inside is the path of a value. */
function compileFunction(parts: readonly TemplatePart[], write: (value: Value | undefined) => string): Render {
  const path = compileParts(parts, 'text/plain')
  return (event, items) => {
    const name = path(event, items).trim()
    return write(find(name === '.' ? [] : name.split('.'), event, items))
  }
}

function joinValue(value: Value | undefined, delimiter: string): string {
  if (value === undefined || value === null) return ''
  return Array.isArray(value) ? value.map(javaTextOf).join(delimiter) : javaTextOf(value)
}

/** A list is shown with its indices, as Elasticsearch shows it in a template. */
function shown(value: Value): string {
  if (!Array.isArray(value)) return javaTextOf(value)
  return `{${value.map((item, i) => `${i}=${javaTextOf(item)}`).join(', ')}}`
}

function isFalsy(value: Value | undefined): boolean {
  if (value === undefined || value === null || value === false || value === '') return true
  return Array.isArray(value) && value.length === 0
}

/** In the items of sections, from the innermost one, and then in the document. */
function find(names: readonly string[], event: PipelineEvent, items: Items): Value | undefined {
  if (names.length === 0) return items.at(-1)
  for (let i = items.length - 1; i >= 0; i--) {
    const value = findIn(names, name => childOf(items[i] as Value, name))
    if (value !== undefined) return value
  }
  return findIn(names, name => rootMember(event, name))
}

/** A name with dots in it comes before the path that looks like it. */
function findIn(names: readonly string[], member: (name: string) => Value | undefined): Value | undefined {
  const flat = names.length > 1 ? member(names.join('.')) : undefined
  if (flat !== undefined) return flat
  let value = member(names[0] as string)
  for (let i = 1; i < names.length && value !== undefined; i++) value = childOf(value, names[i] as string)
  return value
}

function rootMember(event: PipelineEvent, name: string): Value | undefined {
  return name === '_source' ? event.fields : (event.metadata(name) ?? memberOf(event.fields, name))
}

function childOf(parent: Value, name: string): Value | undefined {
  if (!Array.isArray(parent)) return isFields(parent) ? memberOf(parent, name) : undefined
  if (name === 'size') return parent.length
  return /^\d{1,9}$/u.test(name) ? parent[Number(name)] : undefined
}

const ESCAPES: Readonly<Record<Escaping, (text: string) => string>> = {
  'application/json': text => JSON.stringify(text).slice(1, -1),
  'text/plain': text => text,
  'application/x-www-form-urlencoded': escapeUrl,
}

/** As Java's URLEncoder does. */
function escapeUrl(text: string): string {
  const escaped = encodeURIComponent(text.toWellFormed())
  return escaped.replace(/[!'()~]|%20/gu, found => (found === '%20' ? '+' : `%${hexOf(found)}`))
}

function hexOf(character: string): string {
  return character.charCodeAt(0).toString(16).toUpperCase()
}
