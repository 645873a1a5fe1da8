import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { startSystemd, type SystemdMachine } from '../../helpers/systemd/systemd.ts'
import { readDocumentedDropIn, readUnit } from '../../helpers/systemd/unit-texts.ts'

const distTest = anyTest as TestFn<SystemdMachine>
const test = distTest.serial
const scope = makeScope()
const units = (await readdir(join(import.meta.dirname, '../../../systemd'))).filter(name => name.endsWith('.service'))

distTest.before(async t => {
  t.timeout(patience(170_000), 'the executable is built')
  t.context = await startSystemd(scope)
  await t.context.sh(scene)
})
distTest.after.always(() => scope.end())

/** What the probes try to read and write. */
const scene = `
mkdir -p /var/lib/forwarder-ca /srv/events /home/app
echo secret > /var/lib/forwarder-ca/ca.key
for path in /var/log/syslog /var/log/private.log /var/log/www.log /tmp/app.log /home/app/app.log; do echo line > $path; done
chgrp adm /var/log/syslog; chmod 640 /var/log/syslog
chgrp www-data /var/log/www.log; chmod 640 /var/log/www.log
chmod 600 /var/log/private.log
chown forwarder /srv/events`

/** Each is a line of shell that succeeds or fails. */
const probes = {
  'write in /var/lib/forwarder': 'echo > /var/lib/forwarder/probe',
  'write in /srv/events': 'echo > /srv/events/probe',
  'write in /etc': 'echo > /etc/forwarder/probe',
  'write in /var/log': 'echo > /var/log/probe',
  'write in the /tmp of all': '[ -e /tmp/app.log ] && echo > /tmp/probe',
  'write in /home': 'echo > /home/probe',
  'read a log of adm': 'grep . /var/log/syslog',
  'read a log of www-data': 'grep . /var/log/www.log',
  'read a log of root alone': 'grep . /var/log/private.log',
  'read a log in /tmp': 'grep . /tmp/app.log',
  'read a log in /home': 'grep . /home/app/app.log',
  'read /etc/shadow': 'grep . /etc/shadow',
  "read the authority's key": 'grep . /var/lib/forwarder-ca/ca.key',
  'see another process': 'kill -0 1 || [ -e /proc/1 ]',
  'become root': 'setpriv --reuid 0 true',
  'make a namespace': 'unshare --user true',
  mount: 'mount -t tmpfs tmpfs /mnt',
  'set the clock': 'date --set now',
  'set the host name': 'hostname other',
  'change the kernel': 'echo 0 > /proc/sys/vm/swappiness',
  'have a capability': '! grep -q "CapEff:.0000000000000000" /proc/self/status',
  'get a privilege from a program': 'grep -q "NoNewPrivs:.0" /proc/self/status',
  'dump a core': '[ "$(ulimit -Hc)" != 0 ]',
  'listen on port 80': `perl -MIO::Socket::INET -e 'IO::Socket::INET->new(LocalPort => 80, Listen => 1) or exit 1'`,
  'open a connection': `perl -MSocket -e 'socket(my $s, PF_INET, SOCK_STREAM, 0) or exit 1'`,
  'open a raw socket': `perl -MSocket -e 'socket(my $s, PF_INET, SOCK_RAW, 1) or exit 1'`,
} as const
type Probe = keyof typeof probes

/** Runs all probes in place of the program, under everything else that the unit says; gives those that succeeded. */
async function probe(t: ExecutionContext<SystemdMachine>, unit: string, dropIns: readonly string[] = []) {
  const machine = t.context
  const lines = Object.entries(probes).map(
    ([name, line]) => `if ( ${line} ) > /dev/null 2>&1; then echo "can: ${name}"; fi`,
  )
  await writeFile(machine.outside('/usr/local/bin/probe'), `#!/bin/sh\n${lines.join('\n')}\n`, { mode: 0o755 })
  const text = (await readUnit(unit))
    .replace(/^ExecStart=.*$/mu, 'ExecStart=/usr/local/bin/probe')
    .replace(/^Type=.*$/mu, 'Type=oneshot')
    .replace(/^Restart=.*$/mu, '')
    .replace(/^WatchdogSec=.*$/mu, '')
  await writeUnit(machine, 'probe.service', text)
  await machine.run('rm', '-rf', '/etc/systemd/system/probe.service.d')
  for (const name of dropIns)
    await writeUnit(machine, `probe.service.d/${name.replace('/', '-')}`, await readDocumentedDropIn(name))
  await machine.systemctl('daemon-reload')
  const before = (await machine.journal('probe.service')).length
  await machine.systemctl('start', 'probe.service')
  const records = (await machine.journal('probe.service')).slice(before)
  return records.flatMap(({ MESSAGE }) => /^can: (.*)$/u.exec(MESSAGE)?.[1] ?? []) as Probe[]
}

async function writeUnit(machine: SystemdMachine, name: string, text: string): Promise<void> {
  const path = machine.outside(`/etc/systemd/system/${name}`)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text)
}

test('an agent reads logs, opens connections, writes its state, and can do nothing else', async t => {
  t.deepEqual(await probe(t, 'forwarder.service'), [
    'write in /var/lib/forwarder',
    'read a log of adm',
    'read a log in /tmp',
    'read a log in /home',
    'open a connection',
  ])
})

test('a collector opens connections, writes its state, and can do nothing else', async t => {
  t.deepEqual(await probe(t, 'forwarder-collector.service'), ['write in /var/lib/forwarder', 'open a connection'])
})

test('the authority reads its own directory, and not the state of others', async t => {
  t.deepEqual(await probe(t, 'forwarder-ca.service'), ["read the authority's key", 'open a connection'])
})

test('an agent in an additional group reads the logs of that group too', async t => {
  const can = await probe(t, 'forwarder.service', ['forwarder.service.d/groups.conf'])
  t.deepEqual(
    can.filter(name => name.startsWith('read')),
    ['read a log of adm', 'read a log of www-data', 'read a log in /tmp', 'read a log in /home'],
  )
})

test('an agent that may read all logs reads no passwords and no keys, and writes nowhere else', async t => {
  t.deepEqual(await probe(t, 'forwarder.service', ['forwarder.service.d/read-all.conf']), [
    'write in /var/lib/forwarder',
    'read a log of adm',
    'read a log of www-data',
    'read a log of root alone',
    'read a log in /tmp',
    'read a log in /home',
    'have a capability',
    'open a connection',
  ])
})

test('a collector that may use a low port has that right only', async t => {
  t.deepEqual(await probe(t, 'forwarder-collector.service', ['forwarder-collector.service.d/low-port.conf']), [
    'write in /var/lib/forwarder',
    'have a capability',
    'listen on port 80',
    'open a connection',
  ])
})

test('a collector whose store is in another directory may write there', async t => {
  t.deepEqual(await probe(t, 'forwarder-collector.service', ['forwarder-collector.service.d/store.conf']), [
    'write in /var/lib/forwarder',
    'write in /srv/events',
    'open a connection',
  ])
})

test('systemd-analyze verify finds nothing in the units', async t => {
  const paths = units.map(name => `/lib/systemd/system/${name}`)
  const { code, stdout, stderr } = await t.context.attempt('systemd-analyze', 'verify', '--man=no', ...paths)
  t.deepEqual({ code, said: stdout + stderr }, { code: 0, said: '' })
})

const isAtMostTwo = distTest.macro(async (t, unit: string, dropIn?: string) => {
  const text = (await readUnit(unit)) + (dropIn === undefined ? '' : await readDocumentedDropIn(dropIn))
  const path = `/run/exposure/${dropIn === undefined ? '' : 'with-drop-in-'}${unit}`
  await t.context.run('mkdir', '-p', '/run/exposure')
  await writeFile(t.context.outside(path), text)
  const result = await t.context.attempt(
    'systemd-analyze',
    'security',
    '--offline=true',
    '--threshold=20',
    '--no-pager',
    path,
  )
  t.is(result.code, 0, result.stdout + result.stderr)
  t.regex(result.stdout, /Overall exposure level for \S+: [01]\.\d|: 2\.0/u)
})
for (const unit of units) test(`the exposure of ${unit} is 2.0 at most`, isAtMostTwo, unit)
test(
  'the exposure of an agent that reads all logs is 2.0 at most',
  isAtMostTwo,
  'forwarder.service',
  'forwarder.service.d/read-all.conf',
)
