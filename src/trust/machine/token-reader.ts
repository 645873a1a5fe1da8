import { readFile } from 'node:fs/promises'
import { systemCodeOf } from '../../disk/disk-error.ts'

/** Where a join token may be; both may be missing. */
interface TokenPlace {
  readonly token?: { reveal(): string }
  /** Absolute. */
  readonly tokenFile?: string
}

/** Reads the token whenever it is needed: its file may come later, and may be deleted once there is a certificate. */
export function tokenReader({ token, tokenFile }: TokenPlace): () => Promise<string | undefined> {
  return async () => {
    if (token !== undefined || tokenFile === undefined) return token?.reveal()
    try {
      return (await readFile(tokenFile, 'utf8')).trim() || undefined
    } catch (error) {
      if (systemCodeOf(error) === 'ENOENT') return undefined
      throw error
    }
  }
}
