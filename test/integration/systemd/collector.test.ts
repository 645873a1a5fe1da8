import anyTest, { type TestFn } from 'ava'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { numbers } from '../../helpers/systemd/systemd-lines.ts'
import { startSystemdPair, type SystemdPair } from '../../helpers/systemd/systemd-pair.ts'
import {
  IMPATIENT_WATCHDOG,
  listenTo,
  listenToNotifications,
  startPerl,
  waitForRestart,
} from '../../helpers/systemd/systemd-units.ts'
import { freezeThread } from '../../helpers/systemd/systemd-threads.ts'
import type { JournalRecord } from '../../helpers/systemd/systemd.ts'
import { readDocumentedDropIn, readOfferedCredential } from '../../helpers/systemd/unit-texts.ts'
import { until } from '../../helpers/time/until.ts'

const pairTest = anyTest as TestFn<SystemdPair>
const test = pairTest.serial
const scope = makeScope()
const unit = 'forwarder-collector'
/** An agent sends all the while; the last test asks for each of its lines. */
let stopWriting: () => Promise<number>

pairTest.before(async t => {
  t.timeout(patience(170_000), 'the executable is built')
  t.context = await startSystemdPair(scope)
  await t.context.dropIn(`${unit}.service`, 'watchdog', IMPATIENT_WATCHDOG)
  stopWriting = t.context.keepWriting('steady')
  scope.teardown(stopWriting)
  await t.context.systemctl('start', 'forwarder')
})
pairTest.after.always(() => scope.end())

/** Until the store has lines that were written after now. */
async function waitForMore(pair: SystemdPair): Promise<void> {
  const before = (await pair.stored('steady')).length
  await until(async () => (await pair.stored('steady')).length > before, 'more lines are stored')
}

// The agent beside it may be connected already.
const CONNECTIONS = String.raw`^\d connections?(?: \(\d in our own wire form\))?, [\d,]+ events/s, store `

test('systemctl start returns once the collector accepts connections and its store has answered, and the status reports that', async t => {
  await t.context.systemctl('start', unit)
  await t.context.run('bash', '-c', 'exec 3<> /dev/tcp/127.0.0.1/5044')
  t.is(await t.context.property(unit, 'ActiveState'), 'active')
  const messages = (await t.context.journal(unit)).map(({ MESSAGE }) => MESSAGE)
  const listening = messages.findIndex(message => message.includes('"collector is listening"'))
  t.true(listening >= 0 && listening < messages.findIndex(message => message.startsWith(`Started ${unit}.service`)))
  t.regex(await t.context.property(unit, 'StatusText'), new RegExp(`${CONNECTIONS}answers$`, 'u'))
  await waitForMore(t.context)
})

const isListening = ({ MESSAGE }: JournalRecord) => MESSAGE.includes('"collector is listening"')

async function takeConnectionsAndSayNothing(pair: SystemdPair, port: number): Promise<() => Promise<void>> {
  const script = `use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr => '127.0.0.1:${port}', Listen => 9) or die; sleep`
  const end = await startPerl(pair, 'silent', script)
  const isThere = async () => (await pair.attempt('bash', '-c', `exec 3<> /dev/tcp/127.0.0.1/${port}`)).code === 0
  await until(isThere, 'connections are taken')
  return end
}

test('a collector is still starting while its store is silent, and active once the store is known to be down', async t => {
  await t.context.systemctl('stop', unit)
  await t.context.dropIn(
    `${unit}.service`,
    'password',
    await readOfferedCredential(`${unit}.service`, 'elasticsearch.password'),
  )
  await t.context.sh('umask 077; echo secret > /etc/forwarder/elasticsearch.password')
  const hosts = ['http://127.0.0.1:9200']
  // eslint-disable-next-line no-template-curly-in-string -- the environment's, not ours
  const passwordFile = '${CREDENTIALS_DIRECTORY}/elasticsearch.password'
  const store = { type: 'elasticsearch', hosts, user: 'forwarder', passwordFile }
  await t.context.configureCollector({ store, shutdownTimeout: '100ms' })
  const endSilence = await takeConnectionsAndSayNothing(t.context, 9200)

  const start = async () => await t.context.systemctl('start', '--no-block', unit)
  await listenTo({ machine: t.context, unit }, start, isListening)
  t.is(await t.context.property(unit, 'ActiveState'), 'activating')
  t.regex(await t.context.property(unit, 'StatusText'), /^starting; /u)
  await endSilence()
  await until(async () => (await t.context.property(unit, 'ActiveState')) === 'active', 'it is up')
  t.regex(await t.context.property(unit, 'StatusText'), new RegExp(`${CONNECTIONS}takes nothing: `, 'u'))

  await t.context.configureCollector()
  await t.context.systemctl('restart', unit)
})

test('systemd is notified of the beginning and the end of a reload of the collector', async t => {
  const pid = await t.context.property(unit, 'MainPID')
  await t.context.configureCollector({ limits: { connections: 99 } })
  const reload = async () => await t.context.systemctl('reload', unit)
  const notifications = await listenToNotifications({ machine: t.context, unit }, reload, /READY=1/u)
  t.regex(notifications.join('\n'), /RELOADING=1, MONOTONIC_USEC=\d+[^]*READY=1, STATUS=/u)
  t.is(await t.context.property(unit, 'MainPID'), pid)
  t.is(await t.context.property(unit, 'ActiveState'), 'active')
})

test('a reload with an invalid configuration changes nothing: the status and an error in the journal have the reason', async t => {
  const pid = await t.context.property(unit, 'MainPID')
  await t.context.put('/etc/forwarder/collector.json', '{"listen": ["127.0.0.1:5044"],\n "stroe": {}}')
  const records = await listenTo(
    { machine: t.context, unit },
    async () => await t.context.systemctl('reload', unit),
    ({ MESSAGE }) => MESSAGE.includes('stroe'),
  )
  t.is(records.find(({ MESSAGE }) => MESSAGE.includes('stroe'))?.PRIORITY, '3')
  t.regex(await t.context.property(unit, 'StatusText'), /not in use: .*collector\.json:2:\d+: .*stroe/u)
  await t.context.configureCollector()
  const isWell = async () => !(await t.context.property(unit, 'StatusText')).includes('stroe')
  await until(isWell, 'the changed file is taken up without a reload')
  t.is(await t.context.property(unit, 'MainPID'), pid)
  await waitForMore(t.context)
})

test('a killed collector is restarted', async t => {
  const pid = await t.context.property(unit, 'MainPID')
  await waitForRestart(t.context, unit, async () => await t.context.systemctl('kill', '--signal=KILL', unit))
  t.not(await t.context.property(unit, 'MainPID'), pid)
  await waitForMore(t.context)
})

test('a collector that hangs is killed by the watchdog and restarted', async t => {
  const records = await listenTo(
    { machine: t.context, unit },
    async () =>
      await waitForRestart(t.context, unit, async () => await t.context.systemctl('kill', '--signal=STOP', unit)),
    ({ MESSAGE }) => MESSAGE.startsWith(`Started ${unit}.service`),
  )
  t.true(records.some(({ MESSAGE }) => MESSAGE.includes('Watchdog timeout')))
  await waitForMore(t.context)
})

test('the watchdog kills a collector whose store thread hangs, although its other threads work', async t => {
  const pid = Number(await t.context.property(unit, 'MainPID'))
  const hang = async () =>
    await waitForRestart(t.context, unit, async () => {
      const letGo = await freezeThread(t.context, pid, 'WorkerThread')
      scope.teardown(letGo)
    })
  const notifications = await listenToNotifications({ machine: t.context, unit }, hang, /is stuck/u)
  t.true(notifications.includes("STATUS=the store's thread is stuck"), notifications.join('\n'))
  const messages = (await t.context.journal(unit)).map(({ MESSAGE }) => MESSAGE)
  t.true(messages.some(message => message.includes('a component is stuck')))
  await waitForMore(t.context)
})

test('a stop of a collector with open connections is orderly', async t => {
  const records = await listenTo(
    { machine: t.context, unit },
    async () => await t.context.systemctl('stop', unit),
    ({ MESSAGE }) => MESSAGE.startsWith(`Stopped ${unit}.service`),
  )
  const messages = records.map(({ MESSAGE }) => MESSAGE)
  t.true(messages.some(message => /"connections":1,"message":"stopping: finishing/u.test(message)))
  t.true(messages.some(message => message.includes('"message":"stopped"')))
  t.is(await t.context.property(unit, 'Result'), 'success')
  t.is(await t.context.property(unit, 'ExecMainStatus'), '0')
  await t.context.systemctl('start', unit)
})

test('each line is stored once through all earlier tests of this file', async t => {
  const count = await stopWriting()
  t.deepEqual(await t.context.waitUntilStored('steady', count), numbers(count))
  await addsUpIn(t, t.context)
  t.is(await t.context.property('forwarder', 'NRestarts'), '0')
})

test('with the documented drop-ins a collector listens on a port below 1024 and stores in another directory', async t => {
  await t.context.sh('mkdir -p /srv/events; chown forwarder /srv/events')
  const listen = ['127.0.0.1:5044', '127.0.0.1:514']
  await t.context.configureCollector({ listen, store: { type: 'embedded', path: '/srv/events/events.db' } })
  t.not((await t.context.attempt('systemctl', 'restart', unit)).code, 0, 'without them it has no right to either')
  for (const name of ['low-port.conf', 'store.conf']) {
    const path = `${unit}.service.d/${name}`
    await t.context.put(`/etc/systemd/system/${path}`, await readDocumentedDropIn(path))
  }
  await t.context.systemctl('daemon-reload')
  await t.context.systemctl('restart', unit)
  await t.context.run('bash', '-c', 'exec 3<> /dev/tcp/127.0.0.1/514')
  await t.context.write('elsewhere', 0, 1)
  const isThere = async () => (await t.context.attempt('test', '-s', '/srv/events/events.db')).code === 0
  await until(isThere, 'the store is there')
  t.is(await t.context.run('stat', '--format=%U %a', '/srv/events/events.db'), 'forwarder 600\n')
})
