/** The batch could not be stored in time: its connection is closed, and its sender sends it again, in doubt. */
export class TooLateError extends Error {
  override readonly name = 'TooLateError'
  readonly code = 'too_late'

  constructor(peer: string) {
    super(
      `events of ${peer} could not be sent to the store in time for a target that rolls over; their sender has to send them again, marked as doubtful`,
    )
  }
}
