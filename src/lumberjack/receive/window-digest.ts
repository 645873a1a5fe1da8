import { type Hash, createHash } from 'node:crypto'

/** Tells whether a protocol 1 window is the same again: same address, same count, same bytes. */
export class WindowDigest {
  readonly #hash: Hash = createHash('sha256')

  constructor(address: string, count: number) {
    this.#hash.update(`${address} ${count} `)
  }

  /** The payload of one frame, as it came. */
  add(bytes: Buffer): void {
    this.#hash.update(bytes)
  }

  /** Ends it. */
  toKey(): string {
    return this.#hash.digest('base64url')
  }
}
