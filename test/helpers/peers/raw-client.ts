import type { ExecutionContext } from 'ava'
import { once } from 'node:events'
import { type Socket, connect } from 'node:net'
import { until } from '../time/until.ts'

/** A client that sends the given bytes and keeps those that it receives. */
export class RawClient {
  readonly socket: Socket
  heard = Buffer.alloc(0)
  /** The peer has ended the connection, or it broke. */
  isOver = false

  constructor(socket: Socket) {
    this.socket = socket
    socket.on('data', (chunk: Buffer) => (this.heard = Buffer.concat([this.heard, chunk])))
    socket.on('error', () => (this.isOver = true))
    socket.on('end', () => (this.isOver = true))
    socket.on('close', () => (this.isOver = true))
  }

  send(...bytes: readonly Uint8Array[]): void {
    for (const part of bytes) this.socket.write(part)
  }

  /** The bytes received so far, in hex, once they are `count` or more. */
  async hear(count: number): Promise<string> {
    await until(
      () => this.heard.length >= count,
      `${count} bytes were heard (${this.heard.toString('hex')} so far)`,
      8000,
    )
    return this.heard.toString('hex')
  }

  async over(): Promise<void> {
    await until(() => this.isOver, 'the connection was ended', 8000)
  }
}

export async function connectRaw(t: ExecutionContext, port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  t.teardown(() => socket.destroy())
  const client = new RawClient(socket)
  await once(socket, 'connect')
  return client
}

/** Bytes written as hex, spaces allowed. */
export function hex(text: string): Buffer {
  return Buffer.from(text.replaceAll(/\s/g, ''), 'hex')
}
