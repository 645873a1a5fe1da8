import { dlopen } from 'node:ffi'
import { readSync } from 'node:fs'
import { until } from '../time/until.ts'
import type { TeardownScope } from '../process/scope.ts'

/** A message to a service manager, by the names in it. */
export type Notification = Readonly<Record<string, string>>

/** What a service manager is: a datagram socket of the kernel's, which is read in the order of the messages. */
export interface NotifyListener {
  /** For NOTIFY_SOCKET. */
  readonly address: string
  /** All that has come. */
  readonly messages: readonly Notification[]
  /** Takes the next message from the kernel, which holds few. False where there is none. */
  read(): boolean
  /** Waits for a message that has `name`, with such a value, among those after the first `from`; gives its place. */
  waitFor(name: string, value: RegExp, from?: number): Promise<number>
  close(): void
}

const AF_UNIX = 1
const SOCK_DGRAM_CLOEXEC_NONBLOCK = 2 | 0o2_000_000 | 0o4000

/** `@name`: an abstract socket. With `isSlow` nothing is taken but by `read`. */
export function listenForNotifications(scope: TeardownScope, address: string, { isSlow = false } = {}): NotifyListener {
  const { functions: libc } = dlopen(null, {
    socket: { return: 'int32', arguments: ['int32', 'int32', 'int32'] },
    bind: { return: 'int32', arguments: ['int32', 'buffer', 'uint32'] },
    close: { return: 'int32', arguments: ['int32'] },
  })
  const path = address.startsWith('@') ? `\0${address.slice(1)}` : `${address}\0`
  const name = Buffer.concat([new Uint8Array(new Uint16Array([AF_UNIX]).buffer), Buffer.from(path)])
  const descriptor = libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC_NONBLOCK, 0)
  if (libc.bind(descriptor, name, name.length) !== 0) throw new Error(`cannot listen at ${address}`)
  const messages: Notification[] = []
  const buffer = Buffer.alloc(65_536)
  let isClosed = false

  const read = () => {
    try {
      const length = readSync(descriptor, buffer)
      messages.push(parse(buffer.toString('utf8', 0, length)))
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return false
      throw error
    }
  }
  const timer = isSlow
    ? undefined
    : setInterval(() => {
        while (read());
      }, 5)
  const close = () => {
    clearInterval(timer)
    if (!isClosed) libc.close(descriptor)
    isClosed = true
  }
  scope.teardown(close)
  return {
    address,
    messages,
    read,
    async waitFor(wanted, value, from = 0) {
      const find = () => messages.findIndex((message, i) => i >= from && value.test(message[wanted] ?? '\0'))
      const what = `the service manager is notified of ${wanted}=${value.source}`
      await until(() => find() !== -1, what).catch((error: unknown) => {
        throw new Error(`${String(error)}; it got ${JSON.stringify(messages)}`)
      })
      return find()
    },
    close,
  }
}

function parse(text: string): Notification {
  return Object.fromEntries(
    text.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  )
}
