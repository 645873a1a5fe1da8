/** A release cannot be made, or is not authentic. The message is a sentence with the remedy. */
export class ReleaseError extends Error {
  readonly code = 'RELEASE'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ReleaseError'
  }
}
