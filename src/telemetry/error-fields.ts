const MAX_CAUSE_DEPTH = 5

export interface ErrorFields {
  readonly message: string
  readonly code?: string
  /** Only of unexpected errors, which have no code. */
  readonly stack?: string
  readonly cause?: unknown
}

/** Makes log fields of an error: message, code and causes; a stack only if it has no code. */
export function describeError(error: unknown, depth = 0): unknown {
  if (!(error instanceof Error)) return error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const fields: ErrorFields = {
    message: error.message,
    ...(code === undefined ? { stack: error.stack ?? '' } : { code }),
    ...(error.cause === undefined || depth >= MAX_CAUSE_DEPTH ? {} : { cause: describeError(error.cause, depth + 1) }),
  }
  return fields
}
