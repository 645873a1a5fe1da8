// The file with the cases of a pipeline, for `forwarder pipeline test`.
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { reasonOf } from '../../flow/error-reason.ts'
import { parseJson } from '../../pipeline/document/json.ts'
import { type Fields, type Value, isFields, memberOf } from '../../pipeline/document/value.ts'
import { UsageError } from '../program/option-values.ts'

export interface CaseFile {
  readonly path: string
  /** An absolute path. */
  readonly config: string | undefined
  readonly pipeline: Value | undefined
  readonly pipelines: Value | undefined
  /** The time at which all cases are passed. */
  readonly nowMs: number | undefined
  /** Fields that are not compared. */
  readonly ignored: readonly string[]
  readonly cases: readonly Case[]
}

export interface Case {
  readonly name: string
  readonly input: Fields
  readonly expected: Expected
}

/** What is to become of the event. */
export type Expected =
  | { readonly kind: 'stored'; readonly output: Fields; readonly index: string | undefined }
  | { readonly kind: 'dropped' }
  | { readonly kind: 'failed'; readonly message: string | undefined }

const FILE_MEMBERS = ['config', 'pipeline', 'pipelines', 'now', 'ignore', 'cases']
const CASE_MEMBERS = ['name', 'input', 'output', 'index', 'dropped', 'failure']

/** Throws a UsageError. */
export function readCaseFile(path: string): CaseFile {
  const read = new CaseReader(path)
  return read.file()
}

class CaseReader {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  file(): CaseFile {
    const file = this.#object(this.#parse(), 'the file', FILE_MEMBERS)
    const cases = memberOf(file, 'cases')
    if (!Array.isArray(cases) || cases.length === 0) throw this.#fault('expected "cases": a list of cases')
    const config = this.#text(file, 'config')
    const now = this.#text(file, 'now')
    const nowMs = now === undefined ? undefined : Date.parse(now)
    if (Number.isNaN(nowMs)) throw this.#fault('"now" is not a time such as "2026-11-29T12:00:00Z"')
    return {
      path: this.#path,
      config: config === undefined ? undefined : resolve(dirname(this.#path), config),
      pipeline: memberOf(file, 'pipeline'),
      pipelines: memberOf(file, 'pipelines'),
      nowMs,
      ignored: this.#texts(file, 'ignore'),
      cases: cases.map((one, i) => this.#case(one, i)),
    }
  }

  #parse(): Value {
    try {
      return parseJson(readFileSync(this.#path, 'utf8'))
    } catch (error) {
      throw this.#fault(reasonOf(error))
    }
  }

  #case(value: Value, index: number): Case {
    const place = `cases[${index}]`
    const one = this.#object(value, place, CASE_MEMBERS)
    const input = memberOf(one, 'input')
    if (typeof input !== 'string' && !isFields(input))
      throw this.#fault(`${place}: expected "input": a line or an event`)
    return {
      name: this.#text(one, 'name') ?? place,
      input: typeof input === 'string' ? { message: input } : input,
      expected: this.#expected(one, place),
    }
  }

  #expected(one: Fields, place: string): Expected {
    const output = memberOf(one, 'output')
    const failure = memberOf(one, 'failure')
    const isDropped = memberOf(one, 'dropped') === true
    const isFailed = failure === true || typeof failure === 'string'
    if (Number(isFields(output)) + Number(isDropped) + Number(isFailed) !== 1)
      throw this.#fault(`${place}: expected one of "output": an event, "dropped": true, "failure": true or a message`)
    if (isFields(output)) return { kind: 'stored', output, index: this.#text(one, 'index') }
    if (isDropped) return { kind: 'dropped' }
    return { kind: 'failed', message: typeof failure === 'string' ? failure : undefined }
  }

  #object(value: Value, place: string, members: readonly string[]): Fields {
    if (!isFields(value)) throw this.#fault(`${place}: expected an object`)
    const unknown = Object.keys(value).find(name => !members.includes(name))
    if (unknown === undefined) return value
    throw this.#fault(`${place}: unknown member "${unknown}"; there are ${members.join(', ')}`)
  }

  #text(object: Fields, name: string): string | undefined {
    const value = memberOf(object, name)
    if (value === undefined || typeof value === 'string') return value
    throw this.#fault(`"${name}": expected a text`)
  }

  #texts(object: Fields, name: string): readonly string[] {
    const value = memberOf(object, name) ?? []
    if (Array.isArray(value) && value.every(one => typeof one === 'string')) return value
    throw this.#fault(`"${name}": expected a list of names of fields`)
  }

  #fault(message: string): UsageError {
    return new UsageError(`${this.#path}: ${message}`)
  }
}
