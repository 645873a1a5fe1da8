import { type Fields, type List, type Value, isFields, memberOf, putMember, removeMember } from './value.ts'
import type { PipelineEvent } from './pipeline-event.ts'
import { ProcessingFault } from './processing-fault.ts'

/**
 * The place of a field, as `http.response.status_code` or `tags.0`: the rules of Elasticsearch's IngestDocument. A name
 * with dots in it is not found by its path; `dot_expander` makes a path of it. Faults are `ProcessingFault`s.
 */
export class FieldPath {
  readonly text: string
  readonly #names: readonly string[]
  readonly #isBeside: boolean

  /** `text` has no empty name; see `compile-field.ts` for the check. */
  constructor(text: string) {
    this.text = text
    this.#isBeside = text.startsWith('_ingest.') || text === '_index' || text === '_id'
    const path = text.startsWith('_source.') ? text.slice('_source.'.length) : text
    this.#names = path.split('.')
  }

  /** Undefined where the field is missing. */
  read(event: PipelineEvent): Value | undefined {
    let value: Value | undefined = event.fields
    for (const [i, name] of this.#names.entries()) {
      value = i === 0 && this.#isBeside ? event.metadata(name) : childOf(value, name)
      if (value === undefined) return undefined
    }
    return value
  }

  has(event: PipelineEvent): boolean {
    return this.read(event) !== undefined
  }

  /** The value; where it is missing, the fault of Elasticsearch. */
  require(event: PipelineEvent): Value {
    const value = this.read(event)
    if (value === undefined)
      throw new ProcessingFault(`field [${this.text}] not present as part of path [${this.text}]`)
    return value
  }

  /** Objects on the way are made. */
  write(event: PipelineEvent, value: Value): void {
    if (this.#isBeside) return this.#writeBeside(event, value)
    event.isChanged = true
    this.#put(event.fields, this.#names, value)
  }

  remove(event: PipelineEvent): void {
    const parent = this.#parentOf(event)
    const name = this.#names.at(-1) as string
    if (Array.isArray(parent)) parent.splice(this.#indexIn(parent, name), 1)
    else if (isFields(parent) && Object.hasOwn(parent, name)) removeMember(parent, name)
    else throw new ProcessingFault(`field [${name}] not present as part of path [${this.text}]`)
    event.isChanged ||= !this.#isBeside
  }

  #writeBeside(event: PipelineEvent, value: Value): void {
    if (this.text === '_id') throw new ProcessingFault('the id of an event cannot be changed')
    if (this.text === '_index') event.index = this.#textOf(value)
    else this.#put(event.ingest, this.#names.slice(1), value)
  }

  #textOf(value: Value): string {
    if (typeof value === 'string') return value
    throw new ProcessingFault(`[${this.text}] must be text`)
  }

  #parentOf(event: PipelineEvent): Value | undefined {
    const names = this.#names.slice(0, -1)
    if (names.length === 0) return event.fields
    const parent = new FieldPath(names.join('.')).read(event)
    if (parent === undefined)
      throw new ProcessingFault(`field [${names.at(-1)}] not present as part of path [${this.text}]`)
    return parent
  }

  #put(root: Fields, names: readonly string[], value: Value): void {
    let parent: Value = root
    for (const name of names.slice(0, -1)) parent = this.#childOrNew(parent, name)
    const last = names.at(-1) as string
    if (Array.isArray(parent)) parent[this.#indexIn(parent, last)] = value
    else if (isFields(parent)) putMember(parent, last, value)
    else throw this.#cannotSet(last, parent)
  }

  #childOrNew(parent: Value, name: string): Value {
    if (Array.isArray(parent)) return parent[this.#indexIn(parent, name)] as Value
    if (!isFields(parent)) throw this.#cannotSet(name, parent)
    const child = memberOf(parent, name)
    if (child !== undefined) return child
    const made: Fields = {}
    putMember(parent, name, made)
    return made
  }

  #indexIn(list: List, name: string): number {
    if (!/^-?\d+$/u.test(name))
      throw this.#fault(`[${name}] is not an integer, cannot be used as an index as part of path`)
    const index = Number(name)
    if (index >= 0 && index < list.length) return index
    throw this.#fault(`[${name}] is out of bounds for array with length [${list.length}] as part of path`)
  }

  #cannotSet(name: string, parent: Value): ProcessingFault {
    return this.#fault(`cannot set [${name}] with parent object of type [${kindOf(parent)}] as part of path`)
  }

  #fault(message: string): ProcessingFault {
    return new ProcessingFault(`${message} [${this.text}]`)
  }
}

/** In words that name no text of the document. */
function kindOf(value: Value): string {
  return value === null ? 'null' : typeof value
}

function childOf(parent: Value, name: string): Value | undefined {
  if (Array.isArray(parent)) return /^\d+$/u.test(name) ? parent[Number(name)] : undefined
  return isFields(parent) ? memberOf(parent, name) : undefined
}
