/** The requested installation or removal is not possible. */
export class InstallError extends Error {
  readonly code = 'INSTALL'

  constructor(message: string) {
    super(message)
    this.name = 'InstallError'
  }
}
