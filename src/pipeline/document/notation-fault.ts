/** A text of the configuration that is not a field name, or not a template. The message has no text of an event. */
export class NotationFault extends Error {
  override readonly name = 'NotationFault'
  readonly code = 'NOTATION_FAULT'
  /** The text as it was written, by which the option that has it is found. */
  readonly text: string
  /** Where in the text the fault is, from 1. */
  readonly column: number

  constructor(message: string, text: string, column = 1) {
    super(message)
    this.text = text
    this.column = column
  }
}
