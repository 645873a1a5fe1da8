/** A pattern that cannot be compiled. The message quotes the pattern, never an event. */
export class PatternFault extends Error {
  override readonly name = 'PatternFault'
  readonly code = 'PATTERN_FAULT'
}
