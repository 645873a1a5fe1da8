/** An option of a processor that cannot work. The message says what was expected, and names no event. */
export class OptionFault extends Error {
  override readonly name = 'OptionFault'
  readonly code = 'OPTION_FAULT'
  /** The path of the option in the processor, such as `patterns.0`. */
  readonly option: string
  /** Where in its text the fault is, from 1. */
  readonly column: number | undefined

  constructor(message: string, place: { readonly option: string; readonly column?: number; readonly cause?: unknown }) {
    super(message, { cause: place.cause })
    this.option = place.option
    this.column = place.column
  }
}
