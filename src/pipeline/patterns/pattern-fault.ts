/** A pattern that cannot be compiled. The message quotes the pattern, never an event. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault'
  readonly code = 'PATTERN_FAULT'
  /** Which of several patterns it is, from 0. */
  readonly place: number | undefined

  constructor(message: string, options: { readonly place?: number; readonly cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.place = options.place
  }
}
