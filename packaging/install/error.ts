/** It can't be installed, or taken away, as it was asked for. */
export class InstallError extends Error {
  readonly code = 'INSTALL'

  constructor(message: string) {
    super(message)
    this.name = 'InstallError'
  }
}
