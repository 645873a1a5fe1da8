/** A release cannot be made, or is not authentic. The message is a sentence with the remedy. */
export class ReleaseError extends Error {
  readonly code = 'RELEASE'

  constructor(message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ReleaseError'
  }
}

/** Runs a command. A ReleaseError becomes a line on standard error after `label`, and exit code 1. */
export async function runCommand(label: string, command: () => Promise<unknown>): Promise<void> {
  try {
    await command()
  } catch (error) {
    if (!(error instanceof ReleaseError)) throw error
    process.stderr.write(`${label}: ${error.message}\n`)
    process.exitCode = 1
  }
}
