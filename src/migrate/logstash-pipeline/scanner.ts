import { MigrateError } from '../migrate-error.ts'
import type { Position } from './syntax-tree.ts'

/** Reads the text of a Logstash pipeline from left to right, past blanks and comments. */
export class Scanner {
  readonly #path: string
  readonly #text: string
  #at = 0

  constructor(path: string, text: string) {
    this.#path = path
    this.#text = text.replace(/^\uFEFF/u, '')
    this.#skip()
  }

  get isAtEnd(): boolean {
    return this.#at === this.#text.length
  }

  get position(): Position {
    const before = this.#text.slice(0, this.#at)
    const line = before.split('\n').length
    return { line, column: this.#at - before.lastIndexOf('\n') }
  }

  /** The text that the pattern (sticky) finds here, with the blanks behind it skipped; undefined where it finds none. */
  take(pattern: RegExp): string | undefined {
    const found = this.#match(pattern)
    if (found === undefined) return undefined
    this.#at += found.length
    this.#skip()
    return found
  }

  sees(pattern: RegExp): boolean {
    return this.#match(pattern) !== undefined
  }

  expect(pattern: RegExp, what: string): string {
    return this.take(pattern) ?? this.fail(`expected ${what}`)
  }

  /** Throws a MigrateError that names the place. */
  fail(message: string): never {
    const { line, column } = this.position
    const found = this.isAtEnd ? 'the end of the file' : JSON.stringify(this.#text.slice(this.#at, this.#at + 20))
    throw new MigrateError(`${this.#path}:${line}:${column}: ${message}, found ${found}`)
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at
    return pattern.exec(this.#text)?.[0]
  }

  #skip(): void {
    const blanks = /(?:\s|#[^\n]*)*/uy
    blanks.lastIndex = this.#at
    this.#at += blanks.exec(this.#text)?.[0].length ?? 0
  }
}
