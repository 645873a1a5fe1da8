type Code = 'archive_cut_off' | 'archive_damaged'

/** An archive that cannot be read to its end: it may still be written, or it is damaged. */
export class ArchiveError extends Error {
  readonly code: Code

  constructor(code: Code, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'ArchiveError'
    this.code = code
  }
}

export function makeCutOffError(): ArchiveError {
  return new ArchiveError('archive_cut_off', 'it ends before its last compressed byte')
}

export function makeDamagedError(reason: string, cause?: unknown): ArchiveError {
  return new ArchiveError('archive_damaged', reason, { cause })
}
