// The PEM files that a machine has by enrolment (docs/trust.md), in `identity` of its state directory.
import { basename, dirname, join } from 'node:path'

const DIRECTORY = 'identity'
const IDENTITY = 'identity.pem'
const AUTHORITIES = 'authorities.pem'

export interface IdentityFiles {
  /** The same file as `key`: a crash never leaves two that do not fit. */
  readonly certificate: string
  readonly key: string
  /** Every authority that is trusted now. */
  readonly ca: string
}

export function identityDirectory(stateDir: string): string {
  return join(stateDir, DIRECTORY)
}

export function identityFiles(stateDir: string): IdentityFiles {
  const directory = identityDirectory(stateDir)
  const identity = join(directory, IDENTITY)
  return { certificate: identity, key: identity, ca: join(directory, AUTHORITIES) }
}

export function isIdentityFile(path: string | undefined): boolean {
  if (path === undefined || basename(dirname(path)) !== DIRECTORY) return false
  return basename(path) === IDENTITY || basename(path) === AUTHORITIES
}
