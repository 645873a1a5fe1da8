/** The migration is not possible; nothing was written. The message is a sentence with its remedy. */
export class MigrateError extends Error {
  readonly code = 'MIGRATE'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'MigrateError'
  }
}
