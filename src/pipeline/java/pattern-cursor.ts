import { NotationFault } from '../document/notation-fault.ts'

/** Reads a pattern code point by code point. */
export class PatternCursor {
  readonly text: string
  #at = 0

  constructor(text: string) {
    this.text = text
  }

  get at(): number {
    return this.#at
  }

  get isAtEnd(): boolean {
    return this.#at >= this.text.length
  }

  /** The next character; empty at the end. */
  peek(): string {
    const code = this.text.codePointAt(this.#at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  next(): string {
    const character = this.peek()
    this.#at += character.length
    return character
  }

  /** True, and passed, if this text follows. */
  take(text: string): boolean {
    if (!this.text.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  /** What follows and matches, from here on; passed if it does. The expression is sticky. */
  match(expression: RegExp): RegExpExecArray | undefined {
    expression.lastIndex = this.#at
    const found = expression.exec(this.text) ?? undefined
    if (found !== undefined) this.#at += found[0].length
    return found
  }

  expect(text: string, message: string): void {
    if (!this.take(text)) throw this.fault(message)
  }

  fault(message: string, at = this.#at): NotationFault {
    return new NotationFault(message, this.text, at + 1)
  }
}
