import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openAuthorityDatabase } from '../trust/authority/authority-database.ts'
import { type TokenOptions, createToken } from '../trust/authority/tokens.ts'
import { fingerprintOf } from '../trust/trust-document.ts'

/** Creates a join token in the directory of an authority, whose signer may be running. Gives the text of the token. */
export function createJoinToken(
  dir: string,
  { names, ...options }: Omit<TokenOptions, 'patterns'> & { readonly names: readonly string[] },
): string {
  const database = openAuthorityDatabase(dir)
  try {
    return createToken(database, { ...options, patterns: names }, Date.now()).text
  } finally {
    database.close()
  }
}

export async function readFingerprint(dir: string): Promise<string> {
  return fingerprintOf(new X509Certificate(await readFile(join(dir, 'ca.pem'))))
}
