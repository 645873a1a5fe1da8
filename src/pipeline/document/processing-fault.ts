/** A processor cannot do its work on this event. The message is for `error.message`, and may have text of the event. */
export class ProcessingFault extends Error {
  override readonly name = 'ProcessingFault'
  readonly code = 'PROCESSING_FAULT'

  /** Without a stack: it would be most of the cost of a pattern that does not match, and no log shows it. */
  constructor(message: string, options?: ErrorOptions) {
    const limit = Error.stackTraceLimit
    Error.stackTraceLimit = 0
    super(message, options)
    Error.stackTraceLimit = limit
  }
}
