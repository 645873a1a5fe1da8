// The only importer of node:ffi: Node has no Unix datagram sockets, which is what service managers listen on. Functions of
// the C library create the socket, connect it and close it; Node writes to it as to any descriptor.
import { dlopen, getInt32 } from 'node:ffi'
import { writeSync } from 'node:fs'
import { getSystemErrorName } from 'node:util'

/** The same on Linux for x64 and arm64. */
const AF_UNIX = 1
const SOCK_DGRAM = 0o2
const SOCK_NONBLOCK = 0o4000
const SOCK_CLOEXEC = 0o2_000_000
/** `struct sockaddr_un` has the family and room for the path with its final 0. */
const FAMILY_BYTES = 2
const PATH_BYTES = 108

export interface NotifySocket {
  /** False if there is no room for the message now. Throws a NotifyError if no process listens. */
  send(text: string): boolean
  close(): void
}

/** The service manager cannot be reached. */
export class NotifyError extends Error {
  readonly code = 'NOTIFY'

  constructor(address: string, reason: string, cause?: unknown) {
    super(`NOTIFY_SOCKET=${address}: ${reason}`, { cause })
    this.name = 'NotifyError'
  }
}

/** Connects to a path, or to the name of an abstract socket behind an `@`. Throws a NotifyError. */
export function openNotifySocket(address: string): NotifySocket {
  const name = encodeAddress(address)
  let descriptor: number | undefined = connect(name, address)
  const close = () => {
    if (descriptor !== undefined) loadLibrary(address).close(descriptor)
    descriptor = undefined
  }
  return {
    send(text) {
      try {
        descriptor ??= connect(name, address)
        writeSync(descriptor, text)
        return true
      } catch (error) {
        if (codeOf(error) === 'EAGAIN') return false
        close() // a manager that was replaced listens under the same name: the next message connects again
        throw error instanceof NotifyError ? error : new NotifyError(address, String(error), error)
      }
    },
    close,
  }
}

function connect(name: Buffer, address: string): number {
  const libc = loadLibrary(address)
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)
  if (descriptor < 0) throw new NotifyError(address, `cannot create a socket: ${libc.lastError()}`)
  if (libc.connect(descriptor, name, name.length) === 0) return descriptor
  const reason = libc.lastError()
  libc.close(descriptor)
  throw new NotifyError(address, `cannot connect to it: ${reason}`)
}

function encodeAddress(address: string): Buffer {
  const isAbstract = address.startsWith('@')
  if (!isAbstract && !address.startsWith('/')) {
    throw new NotifyError(
      address,
      'it is neither a path nor the name of an abstract socket; other kinds are not supported',
    )
  }
  const path = isAbstract ? `\0${address.slice(1)}` : `${address}\0`
  const name = Buffer.alloc(FAMILY_BYTES + Buffer.byteLength(path))
  if (name.length > FAMILY_BYTES + PATH_BYTES) throw new NotifyError(address, 'it is too long for a socket')
  name.writeUInt16LE(AF_UNIX, 0)
  name.write(path, FAMILY_BYTES)
  return name
}

interface Library {
  socket(domain: number, type: number, protocol: number): number
  connect(descriptor: number, name: Buffer, length: number): number
  close(descriptor: number): number
  /** Why the last call failed, such as `ENOENT`. */
  lastError(): string
}

let library: Library | undefined

function loadLibrary(address: string): Library {
  if (process.platform !== 'linux') throw new NotifyError(address, `not supported on ${process.platform}`)
  library ??= bindLibrary()
  return library
}

/** Takes the functions from what this process is linked with; no library is loaded. */
function bindLibrary(): Library {
  const { functions } = dlopen(null, {
    socket: { return: 'int32', arguments: ['int32', 'int32', 'int32'] },
    connect: { return: 'int32', arguments: ['int32', 'buffer', 'uint32'] },
    close: { return: 'int32', arguments: ['int32'] },
    __errno_location: { return: 'pointer', arguments: [] },
  })
  const { socket, connect: connectSocket, close, __errno_location: locateError } = functions
  return {
    socket,
    connect: connectSocket,
    close,
    lastError: () => getSystemErrorName(-getInt32(locateError(), 0)),
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code
}
