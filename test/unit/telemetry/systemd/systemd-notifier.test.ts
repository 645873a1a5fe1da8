import test, { type ExecutionContext } from 'ava'
import { join } from 'node:path'
import type { LifeSign } from '../../../../src/flow/life-sign.ts'
import { connectServiceManager } from '../../../../src/telemetry/systemd/connect-service-manager.ts'
import { SystemdNotifier } from '../../../../src/telemetry/systemd/systemd-notifier.ts'
import { listenForNotifications } from '../../../helpers/systemd/notify-listener.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'
import { until } from '../../../helpers/time/until.ts'

interface Scene {
  /** The status of the role; tests change it. */
  status: string
  signs: readonly LifeSign[]
  /** False: the socket has no room for the message. */
  send: (text: string) => boolean
}

function makeManager(t: ExecutionContext, timing: { readonly statusMs?: number; readonly watchdogMs?: number } = {}) {
  const notified: string[] = []
  const log = makeRecordingLog()
  const scene: Scene = { status: 'all is well', signs: [], send: () => true }
  const socket = {
    send(text: string) {
      if (!scene.send(text)) return false
      notified.push(text)
      return true
    },
    close() {},
  }
  const manager = new SystemdNotifier({ socket, log, statusMs: 100_000, ...timing })
  t.teardown(() => manager.close())
  const attend = () => manager.attend({ describe: () => scene.status, lifeSigns: () => scene.signs })
  return { manager, notified, log, scene, attend }
}

const asksForTime = (text: string) => text.includes('EXTEND_TIMEOUT_USEC=30000000')
const stuck: LifeSign = { part: 'the pump', steps: 7, isDue: true }

test('readiness is reported once, with the status', t => {
  const { manager, notified, attend } = makeManager(t)
  attend()
  notified.length = 0
  manager.noteReady()
  manager.noteReady()
  t.deepEqual(notified, ['READY=1\nSTATUS=all is well'])
})

test('a reload is reported by RELOADING with the monotonic time, then by READY', t => {
  const { manager, notified, attend, scene } = makeManager(t)
  attend()
  manager.noteReady()
  notified.length = 0
  const beforeUs = process.hrtime.bigint() / 1000n
  manager.noteReloading()
  scene.status = 'the changed configuration is not in use'
  manager.noteReloaded()
  const [, microseconds] = /^RELOADING=1\nMONOTONIC_USEC=(\d+)\n/u.exec(notified[0] ?? '') ?? []
  t.true(BigInt(microseconds ?? 0) >= beforeUs && BigInt(microseconds ?? 0) <= process.hrtime.bigint() / 1000n)
  t.deepEqual(notified.slice(1), ['READY=1\nSTATUS=the changed configuration is not in use'])
})

test('a reload before the end of the start or after the beginning of the stop never reports READY', t => {
  const { manager, notified, attend } = makeManager(t)
  attend()
  manager.noteReloading()
  manager.noteReloaded()
  t.false(notified.some(text => /^(?:READY|RELOADING)=/mu.test(text)))
  manager.noteReloading()
  manager.noteReady()
  manager.noteReloaded()
  t.is(notified.filter(text => text.includes('READY=1')).length, 1)
  manager.noteReloading()
  manager.noteStopping(0)
  notified.length = 0
  manager.noteReloaded()
  manager.noteReady()
  manager.noteReloading()
  t.deepEqual(notified, [])
})

test('a stop is reported once, with the time that it may take', t => {
  const { manager, notified, attend } = makeManager(t)
  attend()
  manager.noteReady()
  notified.length = 0
  manager.noteStopping(5000)
  manager.noteStopping(5000)
  t.deepEqual(notified, ['STOPPING=1\nEXTEND_TIMEOUT_USEC=15000000\nSTATUS=stopping; all is well'])
})

test('the status is sent when it has changed, and only then', async t => {
  const { manager, notified, attend, scene } = makeManager(t, { statusMs: 2 })
  attend()
  manager.noteReady()
  notified.length = 0
  let asked = 0
  manager.attend({
    describe: () => {
      asked++
      return scene.status
    },
    lifeSigns: () => [],
  })
  await until(() => asked > 5, 'it was asked five times')
  t.deepEqual(notified, [])
  scene.status = 'two files behind'
  await until(() => notified.length > 0, 'the change is reported')
  t.deepEqual(notified, ['STATUS=two files behind'])
})

test('a line end in text from outside does not start another assignment of the message', t => {
  const { manager, notified, attend, scene } = makeManager(t)
  scene.status = 'a server said "\nREADY=1\r\n\u0000"'
  attend()
  manager.noteFailure('the agent\nWATCHDOG=1')
  t.is(notified[0]?.split('\n').at(-1), 'STATUS=starting; a server said " READY=1 "')
  t.is(notified[1], 'STATUS=the agent WATCHDOG=1')
})

test('a start requests more time as long as nothing is stuck', async t => {
  const { notified, attend, scene } = makeManager(t, { statusMs: 2, watchdogMs: 10 })
  attend()
  await until(() => notified.filter(asksForTime).length > 2, 'more time is requested')
  scene.signs = [stuck]
  await until(
    () => notified.some(text => text.includes('STATUS=starting; the pump is stuck')),
    'the stuck pump is reported',
  )
  const count = notified.filter(asksForTime).length
  let asked = 0
  scene.signs = new Proxy([stuck], { get: (target, name) => (asked++, Reflect.get(target, name) as unknown) })
  await until(() => asked > 20, 'it was looked at again')
  t.is(notified.filter(asksForTime).length, count)
})

test('watchdog pings come while nothing is stuck, and again once the stuck part works again', async t => {
  const { manager, notified, attend, log, scene } = makeManager(t, { watchdogMs: 4 })
  attend()
  manager.noteReady()
  await until(() => notified.filter(text => text === 'WATCHDOG=1').length > 3, 'pings come')
  scene.signs = [stuck]
  await until(() => notified.at(-1) === 'STATUS=the pump is stuck', 'the stuck pump is reported')
  let looks = 0
  manager.attend({ describe: () => scene.status, lifeSigns: () => (looks++, scene.signs) })
  notified.length = 0
  await until(() => looks > 5, 'five more looks')
  t.false(notified.includes('WATCHDOG=1'))
  scene.signs = [{ ...stuck, steps: 8 }]
  await until(() => notified.includes('WATCHDOG=1'), 'pings come again')
  const faults = log.lines.filter(({ level }) => level === 'error' || level === 'warn')
  t.like(faults, [
    { level: 'error', fields: { parts: ['the pump'] } },
    { level: 'warn', fields: { parts: ['the pump'] } },
  ])
})

test('a notification that does not fit into the socket is sent later, in order', async t => {
  const { manager, notified, attend, scene } = makeManager(t)
  attend()
  notified.length = 0
  scene.send = () => false
  manager.noteReady()
  manager.noteReloading()
  manager.noteReloaded()
  t.deepEqual(notified, [])
  scene.send = () => true
  await until(() => notified.length === 3, 'all have come')
  t.deepEqual(
    notified.map(text => text.split('=', 1)[0]),
    ['READY', 'RELOADING', 'READY'],
  )
})

test('a manager that cannot be notified is logged as one warning', t => {
  const { manager, attend, log, scene } = makeManager(t)
  scene.send = () => {
    throw new Error('no listener')
  }
  attend()
  manager.noteReady()
  manager.noteStopping(0)
  t.deepEqual(
    log.lines.map(({ level }) => level),
    ['warn'],
  )
})

test('child processes do not inherit the variables of systemd', async t => {
  const address = join(await makeTempDir(t), 'notify')
  const listener = listenForNotifications(t, address)
  const environment = { NOTIFY_SOCKET: address, WATCHDOG_USEC: '20000', WATCHDOG_PID: `${process.pid}`, HOME: '/' }
  const manager = await connectServiceManager(environment, makeRecordingLog())
  t.teardown(() => manager.close())
  t.deepEqual(environment, { HOME: '/' } as typeof environment)
  await listener.waitFor('WATCHDOG', /^1$/u)
  t.pass()
})

test('the watchdog of another process gets no pings from this one', async t => {
  const dir = await makeTempDir(t)
  const [own, other] = ['own', 'other'].map(name => listenForNotifications(t, join(dir, name)))
  const watchdog = { WATCHDOG_USEC: '2000' }
  for (const [listener, pid] of [
    [other, process.pid + 1],
    [own, process.pid],
  ] as const) {
    const environment = { ...watchdog, NOTIFY_SOCKET: listener?.address, WATCHDOG_PID: `${pid}` }
    const manager = await connectServiceManager(environment, makeRecordingLog())
    t.teardown(() => manager.close())
    manager.noteReady()
  }
  await until(() => (own?.messages.length ?? 0) > 5, 'pings come for this process')
  t.deepEqual(other?.messages, [{ READY: '1', STATUS: '' }])
})

test('without a service manager nothing is sent and nothing is logged', async t => {
  const log = makeRecordingLog()
  const manager = await connectServiceManager({ WATCHDOG_USEC: '1' }, log)
  manager.noteReady()
  manager.noteStopping(1)
  manager.close()
  t.deepEqual(log.lines, [])
})

test('a service manager that cannot be reached is logged as one warning', async t => {
  const log = makeRecordingLog()
  const address = join(await makeTempDir(t), 'missing')
  const manager = await connectServiceManager({ NOTIFY_SOCKET: address }, log)
  manager.noteReady()
  manager.close()
  t.is(log.lines.length, 1)
  t.like(log.lines[0], { level: 'warn' })
})
