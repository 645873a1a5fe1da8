import { javaTypeOf } from './java-names.ts'
import { NotationFault } from './notation-fault.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { ProcessingFault } from './processing-fault.ts'
import { type Fields, type List, type Value, isFields, memberOf, putMember, removeMember } from './value.ts'

/** Metadata of Elasticsearch that an event here does not have: to write it as a field would make the document unusable. */
const ABSENT_METADATA = new Set([
  '_routing',
  '_type',
  '_version',
  '_version_type',
  '_if_seq_no',
  '_if_primary_term',
  '_dynamic_templates',
])

/** True for a name that is not a field of the document at its root. */
export function isMetadata(name: string): boolean {
  return name === '_index' || name === '_id' || ABSENT_METADATA.has(name)
}

/** Why a text is not a path, in Elasticsearch's words; undefined if it is one. */
export function pathProblem(text: string): string | undefined {
  if (text === '') return 'path cannot be null nor empty'
  return namesOf(text).length === 0 ? `path [${text}] is not valid` : undefined
}

/**
 * The place of a field, as `http.response.status_code` or `tags.0`: the rules of Elasticsearch's IngestDocument. A name
 * with dots in it is not found by its path; `dot_expander` makes a path of it. Faults are `ProcessingFault`s.
 */
export class FieldPath {
  readonly text: string
  readonly #names: readonly string[]
  readonly #leaf: string
  /** The first name, where it is metadata: beside the document. */
  readonly #beside: string | undefined

  /** Throws a NotationFault. Text of an event is checked with `pathProblem` before. */
  constructor(text: string) {
    const problem = pathProblem(text)
    if (problem !== undefined) throw new NotationFault(problem, text)
    this.text = text
    this.#names = namesOf(text)
    this.#leaf = this.#names.at(-1) as string
    const first = this.#names[0] as string
    this.#beside = isBeside(text, first) ? first : undefined
  }

  /** Undefined where the field is missing. */
  read(event: PipelineEvent): Value | undefined {
    const names = this.#names
    let value = this.#readFirst(event)
    for (let i = 1; i < names.length && value !== undefined; i++) value = childOf(value, names[i] as string)
    return value
  }

  has(event: PipelineEvent): boolean {
    return this.read(event) !== undefined
  }

  /** As `has`; an index beyond the end of a list is a fault. */
  hasInBounds(event: PipelineEvent): boolean {
    const names = this.#names
    let value = this.#readFirst(event)
    for (let i = 1; i < names.length && value !== undefined; i++) {
      const name = names[i] as string
      if (Array.isArray(value) && indexOf(name) !== undefined) value = value[this.#indexIn(value, name)]
      else value = childOf(value, name)
    }
    return value !== undefined
  }

  /** The value; where it is missing, the fault of Elasticsearch. */
  readRequired(event: PipelineEvent): Value {
    const value = this.read(event)
    if (value !== undefined) return value
    const parent = this.#parentOf(event)
    throw this.#cannotResolve(this.#leaf, parent)
  }

  /** Objects on the way are made. */
  write(event: PipelineEvent, value: Value): void {
    if (this.#beside !== undefined) return this.#writeBeside(event, value)
    event.isChanged = true
    if (this.#names.length === 1) putMember(event.fields, this.#leaf, value)
    else this.#put({ root: event.fields, from: 0, value })
  }

  remove(event: PipelineEvent): void {
    const leaf = this.#leaf
    if (this.#beside !== undefined && this.#names.length === 1) return this.#removeBeside(event)
    const parent = this.#parentOf(event)
    if (Array.isArray(parent)) parent.splice(this.#indexIn(parent, leaf), 1)
    else if (!isFields(parent)) throw this.#cannotRemove(parent)
    else if (Object.hasOwn(parent, leaf)) removeMember(parent, leaf)
    else throw this.#notPresent(leaf)
    event.isChanged ||= this.#beside === undefined
  }

  #readFirst(event: PipelineEvent): Value | undefined {
    if (this.#beside !== undefined) return event.metadata(this.#beside)
    return memberOf(event.fields, this.#names[0] as string)
  }

  #writeBeside(event: PipelineEvent, value: Value): void {
    if (this.#beside === '_ingest') return this.#put({ root: event.ingest, from: 1, value })
    if (this.#names.length > 1) throw this.#cannotSet(this.#leaf, event.metadata(this.#beside as string) ?? null)
    if (this.#beside === '_id') throw new ProcessingFault('the id of an event cannot be changed: [_id]')
    if (this.#beside !== '_index') throw new ProcessingFault(`an event has no [${this.text}]`)
    if (typeof value !== 'string') throw new ProcessingFault(`[_index] must be text, and is [${javaTypeOf(value)}]`)
    event.index = value
  }

  #removeBeside(event: PipelineEvent): void {
    if (event.metadata(this.#beside as string) === undefined) throw this.#notPresent(this.#leaf)
    throw new ProcessingFault(`cannot remove metadata field [${this.text}]`)
  }

  #parentOf(event: PipelineEvent): Value {
    const names = this.#names
    if (names.length === 1) return event.fields
    let parent: Value = event.fields
    for (let i = 0; i < names.length - 1; i++) {
      const name = names[i] as string
      const child: Value | undefined = i === 0 ? this.#readFirst(event) : childOf(parent, name)
      if (child === undefined) throw this.#cannotResolve(name, parent)
      parent = child
    }
    return parent
  }

  #put({ root, from, value }: { readonly root: Fields; readonly from: number; readonly value: Value }): void {
    const names = this.#names
    let parent: Value = root
    for (let i = from; i < names.length - 1; i++) parent = this.#childOrNew(parent, names[i] as string)
    if (Array.isArray(parent)) parent[this.#indexIn(parent, this.#leaf)] = value
    else if (isFields(parent)) putMember(parent, this.#leaf, value)
    else throw this.#cannotSet(this.#leaf, parent)
  }

  #childOrNew(parent: Value, name: string): Value {
    if (Array.isArray(parent)) return parent[this.#indexIn(parent, name)] as Value
    if (!isFields(parent)) throw this.#cannotResolve(name, parent)
    const child = memberOf(parent, name)
    if (child !== undefined) return child
    const made: Fields = {}
    putMember(parent, name, made)
    return made
  }

  #indexIn(list: List, name: string): number {
    const index = indexOf(name)
    if (index !== undefined && index >= 0 && index < list.length) return index
    throw this.#outside(list, name)
  }

  /** Why `name` is not found in `parent`. */
  #cannotResolve(name: string, parent: Value): ProcessingFault {
    if (Array.isArray(parent)) return this.#outside(parent, name)
    if (isFields(parent)) return this.#notPresent(name)
    if (parent === null) return this.#fault(`cannot resolve [${name}] from null as part of path`)
    return this.#fault(`cannot resolve [${name}] from object of type [${javaTypeOf(parent)}] as part of path`)
  }

  #outside(list: List, name: string): ProcessingFault {
    const index = indexOf(name)
    if (index === undefined)
      return this.#fault(`[${name}] is not an integer, cannot be used as an index as part of path`)
    return this.#fault(`[${index}] is out of bounds for array with length [${list.length}] as part of path`)
  }

  #notPresent(name: string): ProcessingFault {
    return this.#fault(`field [${name}] not present as part of path`)
  }

  #cannotSet(name: string, parent: Value): ProcessingFault {
    if (parent === null) return this.#fault(`cannot set [${name}] with null parent as part of path`)
    return this.#fault(`cannot set [${name}] with parent object of type [${javaTypeOf(parent)}] as part of path`)
  }

  #cannotRemove(parent: Value): ProcessingFault {
    const from = parent === null ? 'null' : `object of type [${javaTypeOf(parent)}]`
    return this.#fault(`cannot remove [${this.#leaf}] from ${from} as part of path`)
  }

  #fault(message: string): ProcessingFault {
    return new ProcessingFault(`${message} [${this.text}]`)
  }
}

/** As Java splits: empty names at the end do not count. */
function namesOf(text: string): string[] {
  const names = (text.startsWith('_source.') ? text.slice('_source.'.length) : text).split('.')
  while (names.at(-1) === '') names.pop()
  return names
}

function isBeside(text: string, first: string): boolean {
  if (first === '_ingest') return text.startsWith('_ingest.')
  return isMetadata(first)
}

function childOf(parent: Value, name: string): Value | undefined {
  if (!Array.isArray(parent)) return isFields(parent) ? memberOf(parent, name) : undefined
  const index = indexOf(name)
  return index === undefined ? undefined : parent[index]
}

/** As Java reads an integer: `01`, `+1` and `-1` are. */
function indexOf(name: string): number | undefined {
  return /^[-+]?\d{1,10}$/u.test(name) ? Number(name) : undefined
}
