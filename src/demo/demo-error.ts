/** The demo cannot run on this machine. The message is a sentence with its remedy. */
export class DemoError extends Error {
  readonly code = 'DEMO'

  constructor(message: string) {
    super(message)
    this.name = 'DemoError'
  }
}
