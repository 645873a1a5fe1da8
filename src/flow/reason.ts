/** The sentence of an error, for logs and health; what was thrown and is not an Error, as text. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
