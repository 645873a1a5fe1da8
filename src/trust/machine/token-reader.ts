import { readFile } from 'node:fs/promises'

/** Where a join token may be; each may be missing. */
interface TokenPlace {
  readonly token?: { reveal(): string }
  /** Absolute. */
  readonly tokenFile?: string
}

/** Reads the token each time it is needed: the file may come later, and may be gone once there is a certificate. */
export function tokenReader({ token, tokenFile }: TokenPlace): () => Promise<string | undefined> {
  return async () => {
    if (token !== undefined || tokenFile === undefined) return token?.reveal()
    try {
      return (await readFile(tokenFile, 'utf8')).trim() || undefined
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  }
}
