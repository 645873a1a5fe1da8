const DEEPEST_CAUSE = 5

export interface ErrorFields {
  readonly message: string
  readonly code?: string
  /** Only for what nobody foresaw, that is, for an error without a code of its own. */
  readonly stack?: string
  readonly cause?: unknown
}

/** An error as log fields: its sentence, its code, and its causes; a stack only where the code does not tell. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const fields: ErrorFields = {
    message: error.message,
    ...(code === undefined ? { stack: error.stack ?? '' } : { code }),
    ...(error.cause === undefined || depth >= DEEPEST_CAUSE ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
  return fields
}
