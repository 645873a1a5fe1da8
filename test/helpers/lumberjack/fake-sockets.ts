import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'

/** The receiver's end of a connection whose client reads only when the test says so. */
export class FakeSocket extends Duplex {
  readonly remoteAddress = '192.0.2.1'
  heard = Buffer.alloc(0)
  isRead = false
  readonly #unread: (() => void)[] = []

  constructor() {
    super({ allowHalfOpen: true })
  }

  get asSocket(): Socket {
    return this as unknown as Socket
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.heard = Buffer.concat([this.heard, chunk])
    if (this.isRead) done()
    else this.#unread.push(done)
  }

  /** From now on the client reads. */
  startReading(): void {
    this.isRead = true
    for (const done of this.#unread.splice(0)) done()
  }
}
