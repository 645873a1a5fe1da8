/** A release can't be made of what is there, or is not what it says. The message is a sentence with its remedy. */
export class ReleaseError extends Error {
  readonly code = 'RELEASE'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ReleaseError'
  }
}
