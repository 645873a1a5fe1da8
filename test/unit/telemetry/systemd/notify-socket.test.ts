import test from 'ava'
import { execFile } from 'node:child_process'
import { readdirSync, readlinkSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { NotifyError, openNotifySocket } from '../../../../src/telemetry/systemd/notify-socket.ts'
import { listenForNotifications } from '../../../helpers/systemd/notify-listener.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

test('a notification arrives whole at a socket with a path', async t => {
  const address = join(await makeTempDir(t), 'notify')
  const listener = listenForNotifications(t, address, { isSlow: true })
  const socket = openNotifySocket(address)
  t.teardown(() => socket.close())
  t.true(socket.send('READY=1\nSTATUS=a = b, ä'))
  t.true(listener.read())
  t.deepEqual(listener.messages, [{ READY: '1', STATUS: 'a = b, ä' }])
})

test('a notification arrives at a socket with an abstract name', t => {
  const address = `@forwarder-test-${process.pid}-abstract`
  const listener = listenForNotifications(t, address, { isSlow: true })
  const socket = openNotifySocket(address)
  t.teardown(() => socket.close())
  t.true(socket.send('WATCHDOG=1'))
  t.true(listener.read())
  t.deepEqual(listener.messages, [{ WATCHDOG: '1' }])
})

test('the error for an address where no process listens names the address and the reason', async t => {
  const address = join(await makeTempDir(t), 'notify')
  const missing = t.throws(() => openNotifySocket(address), { instanceOf: NotifyError })
  t.is(missing?.message, `NOTIFY_SOCKET=${address}: cannot connect to it: ENOENT`)
  listenForNotifications(t, address).close()
  const dead = t.throws(() => openNotifySocket(address), { instanceOf: NotifyError })
  t.regex(dead?.message ?? '', /ECONNREFUSED$/u)
})

test('an address that is neither a path nor an abstract name, or too long, is refused', t => {
  for (const address of ['vsock:2:1234', 'relative/path', `/${'long'.repeat(40)}`])
    t.throws(() => openNotifySocket(address), { instanceOf: NotifyError, message: /^NOTIFY_SOCKET=/u })
})

test('sending to a service manager that reads no notifications does not block', async t => {
  const address = join(await makeTempDir(t), 'notify')
  const listener = listenForNotifications(t, address, { isSlow: true })
  const socket = openNotifySocket(address)
  t.teardown(() => socket.close())
  let sent = 0
  while (socket.send(`N=${sent}`)) sent++
  t.true(sent > 0)
  t.true(listener.read())
  t.true(socket.send('N=last'), 'there is room again')
  while (listener.read());
  t.deepEqual([listener.messages.length, listener.messages.at(-1)], [sent + 1, { N: 'last' }])
})

test('notifications go to a new service manager after it was replaced', async t => {
  const address = join(await makeTempDir(t), 'notify')
  const former = listenForNotifications(t, address)
  const socket = openNotifySocket(address)
  t.teardown(() => socket.close())
  former.close()
  t.throws(() => socket.send('N=1'), { instanceOf: NotifyError })
  rmSync(address)
  const next = listenForNotifications(t, address, { isSlow: true })
  t.true(socket.send('N=2'))
  t.true(next.read())
  t.deepEqual(next.messages, [{ N: '2' }])
})

test('child processes do not inherit the notification socket', async t => {
  const address = join(await makeTempDir(t), 'notify')
  listenForNotifications(t, address)
  const before = listSockets()
  const socket = openNotifySocket(address)
  t.teardown(() => socket.close())
  const own = [...listSockets()].filter(name => !before.has(name))
  t.is(own.length, 1)
  const { stdout } = await promisify(execFile)('ls', ['-l', '/proc/self/fd'])
  t.false(stdout.includes(own[0] ?? ''))
})

/** The names of the open sockets, `socket:[inode]`. */
function listSockets(): Set<string> {
  const names = readdirSync('/proc/self/fd').flatMap(descriptor => {
    try {
      return readlinkSync(`/proc/self/fd/${descriptor}`)
    } catch {
      return [] // the descriptor that read the list, closed by now
    }
  })
  return new Set(names.filter(name => name.startsWith('socket:')))
}
