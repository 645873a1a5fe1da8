import { type Stats, readFileSync, statSync } from 'node:fs'
import { X509Certificate } from 'node:crypto'
import { nameOf } from '../tls/certificate-names.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import { hashName } from '../tls/name-hash.ts'

export interface NameHashOptions {
  /** Of the connections to collectors, now. */
  readonly tls: () => ClientTls | undefined
  /** The name in the certificate that will be requested, for the time before there is one. */
  readonly requestedName: () => string | undefined
}

/**
 * Begins each new file id with the hash of the name in this agent's certificate (docs/protocol.md), so that no other
 * machine can use up its ids. Nothing where it has no certificate.
 */
export class NameHashPrefix {
  readonly #options: NameHashOptions
  #known: { readonly stamp: string; readonly hash: string } | undefined

  constructor(options: NameHashOptions) {
    this.#options = options
  }

  /** May be called for each of many files: the certificate is read again only after a change. */
  readonly current = (): string => {
    const { tls, requestedName } = this.#options
    const { certificate, key } = tls() ?? {}
    const path = key === undefined ? undefined : certificate
    const fromFile = path === undefined ? undefined : this.#readHash(path)
    const name = requestedName()
    return fromFile ?? (name === undefined ? '' : hashName(name))
  }

  #readHash(path: string): string | undefined {
    try {
      const stamp = `${path} ${stampOf(statSync(path))}`
      if (this.#known?.stamp !== stamp)
        this.#known = { stamp, hash: hashName(nameOf(new X509Certificate(readFileSync(path)))) }
      return this.#known.hash
    } catch {
      return undefined // there is none yet, or it is not readable: connecting reports that
    }
  }
}

function stampOf({ mtimeMs, size, ino }: Stats): string {
  return `${mtimeMs} ${size} ${ino}`
}
