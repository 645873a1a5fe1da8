import { reasonOf } from '../flow/error-reason.ts'

/**
 * - `disk_unusable`: the system refuses: permissions, read-only or full disk, input/output errors.
 * - `disk_exists`: the file exists and must not be replaced.
 */
export type DiskErrorCode = 'disk_unusable' | 'disk_exists'

/** A file or directory cannot be made or written; the message has the path, the reason and the remedy. */
export class DiskError extends Error {
  override readonly name = 'DiskError'
  readonly code: DiskErrorCode
  /** The file or directory concerned. */
  readonly path: string

  constructor(
    code: DiskErrorCode,
    path: string,
    { message, cause }: { readonly message: string; readonly cause: unknown },
  ) {
    super(message, { cause })
    this.code = code
    this.path = path
  }
}

export function makeCreateError(path: string, cause: unknown): DiskError {
  const remedy = 'give the user that runs forwarder the right to write there, or choose another directory'
  const message = `${path} cannot be created (${reasonOf(cause)}); ${remedy}`
  return new DiskError('disk_unusable', path, { message, cause })
}

export function systemCodeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : ''
}
