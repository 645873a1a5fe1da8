/** A processor cannot do its work on this event. The message is for `error.message`, and may have text of the event. */
export class ProcessingFault extends Error {
  override readonly name = 'ProcessingFault'
  readonly code = 'PROCESSING_FAULT'
}
