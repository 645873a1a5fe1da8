/** The message of an error, for logs and health; a thrown value that is not an Error, as text. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
