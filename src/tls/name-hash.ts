import { hash } from 'node:crypto'

/** 72 bits: nobody can look for another name with the same hash. */
const NAME_HASH_CHARACTERS = 12

/** Binds ids to the name in a certificate (docs/protocol.md); upper and lower case are the same name. */
export function hashName(name: string): string {
  return hash('sha256', name.toLowerCase(), 'base64url').slice(0, NAME_HASH_CHARACTERS)
}
