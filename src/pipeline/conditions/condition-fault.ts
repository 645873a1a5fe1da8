/** A condition that is not in the grammar of docs/pipeline.md. */
export class ConditionFault extends Error {
  override readonly name = 'ConditionFault'
  readonly code = 'CONDITION_FAULT'
  /** Where in its text, from 1. */
  readonly column: number

  constructor(message: string, column: number) {
    super(message)
    this.column = column
  }
}
