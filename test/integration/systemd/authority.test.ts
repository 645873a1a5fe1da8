import anyTest, { type TestFn } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { giveToken, startSystemdFleet } from '../../helpers/systemd/systemd-fleet.ts'
import { type MachineLines, numbers } from '../../helpers/systemd/systemd-lines.ts'
import {
  IMPATIENT_WATCHDOG,
  listenTo,
  listenToNotifications,
  waitForRestart,
} from '../../helpers/systemd/systemd-units.ts'
import type { SystemdMachine } from '../../helpers/systemd/systemd.ts'
import { until } from '../../helpers/time/until.ts'

const fleetTest = anyTest as TestFn<SystemdMachine & MachineLines>
const test = fleetTest.serial
const scope = makeScope()
const unit = 'forwarder-ca'
/** The agent's log grows all the while; the last test asks for each of its lines. */
let stopWriting: () => Promise<number>

fleetTest.before(async t => {
  t.timeout(patience(170_000), 'the executable is built')
  t.context = await startSystemdFleet(scope)
  await t.context.dropIn(`${unit}.service`, 'watchdog', IMPATIENT_WATCHDOG)
  stopWriting = t.context.keepWriting('steady')
  scope.teardown(stopWriting)
})
fleetTest.after.always(() => scope.end())

const hasSaid = (machine: SystemdMachine, name: string, words: RegExp) => async () =>
  words.test(await machine.property(name, 'StatusText'))

test('a collector that waits for its certificate is still starting, and its status has the reason', async t => {
  await giveToken(t.context, 'collector', 'localhost')
  await t.context.systemctl('start', '--no-block', 'forwarder-collector')
  const isWaiting = hasSaid(t.context, 'forwarder-collector', /^starting; waiting for a certificate before listening/u)
  await until(isWaiting, 'it waits')
  t.is(await t.context.property('forwarder-collector', 'ActiveState'), 'activating')
})

test('systemctl start returns once the authority answers enrolments, and a waiting collector becomes active', async t => {
  await t.context.systemctl('start', unit)
  t.is(await t.context.property(unit, 'ActiveState'), 'active')
  t.regex(await t.context.property(unit, 'StatusText'), /^answers enrolments: |^another authority answers: /u)
  const messages = (await t.context.journal(unit)).map(({ MESSAGE }) => MESSAGE)
  const answering = messages.findIndex(message => message.includes('"the authority has started"'))
  t.true(answering >= 0 && answering < messages.findIndex(message => message.startsWith(`Started ${unit}.service`)))
  const isUp = async () => (await t.context.property('forwarder-collector', 'ActiveState')) === 'active'
  await until(isUp, 'the collector has its certificate, and listens')
  await until(
    hasSaid(t.context, unit, /^answers enrolments: 1 certificate issued, 0 requests waiting$/u),
    'the status has the certificate',
  )
})

test('systemd is notified of the beginning and the end of a reload of the authority, even if the configuration is invalid', async t => {
  const pid = await t.context.property(unit, 'MainPID')
  const reload = async () => await t.context.systemctl('reload', unit)
  const notifications = await listenToNotifications({ machine: t.context, unit }, reload, /READY=1/u)
  t.regex(notifications.join('\n'), /RELOADING=1, MONOTONIC_USEC=\d+[^]*READY=1, STATUS=answers enrolments/u)

  const good = await t.context.run('cat', '/etc/forwarder/ca.json')
  await t.context.put('/etc/forwarder/ca.json', '{"ca": {"dri": "/var/lib/forwarder-ca"}}')
  await reload()
  await until(hasSaid(t.context, unit, /not in use: .*ca\.json:1:\d+: .*dri/u), 'the status says what is wrong')
  await t.context.put('/etc/forwarder/ca.json', good)
  await reload()
  await until(hasSaid(t.context, unit, /^answers enrolments: [^;]*$/u), 'all is well')
  t.is(await t.context.property(unit, 'MainPID'), pid)
})

test('a killed authority is restarted', async t => {
  const pid = await t.context.property(unit, 'MainPID')
  await waitForRestart(t.context, unit, async () => await t.context.systemctl('kill', '--signal=KILL', unit))
  t.not(await t.context.property(unit, 'MainPID'), pid)
  // What the killed one held in etcd still says that it answers, for some seconds.
  t.regex(await t.context.property(unit, 'StatusText'), /^(?:answers enrolments|another authority answers): /u)
})

test('the watchdog kills an authority that hangs, and the next process answers the waiting requests', async t => {
  await giveToken(t.context, 'agent', 'web')
  const records = await listenTo(
    { machine: t.context, unit },
    async () =>
      await waitForRestart(t.context, unit, async () => {
        await t.context.systemctl('kill', '--signal=STOP', unit)
        await t.context.systemctl('start', 'forwarder')
        t.deepEqual(await t.context.stored('steady'), [])
      }),
    ({ MESSAGE }) => MESSAGE.startsWith(`Started ${unit}.service`),
  )
  t.true(records.some(({ MESSAGE }) => MESSAGE.includes('Watchdog timeout')))
  await until(async () => (await t.context.stored('steady')).length > 0, 'the agent has its certificate, and sends')
})

test('a stop of the authority is orderly, and machines with certificates continue to work', async t => {
  await t.context.systemctl('stop', unit)
  t.is(await t.context.property(unit, 'Result'), 'success')
  t.is(await t.context.property(unit, 'ExecMainStatus'), '0')
  const messages = (await t.context.journal(unit)).map(({ MESSAGE }) => MESSAGE)
  t.true(messages.some(message => message.includes('"message":"stopped"')))
  const count = await stopWriting()
  t.deepEqual(await t.context.waitUntilStored('steady', count), numbers(count))
  await addsUpIn(t, t.context)
})
