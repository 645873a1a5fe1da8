import anyTest, { type TestFn } from 'ava'
import { setTimeout as sleep } from 'node:timers/promises'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { numbers } from '../../helpers/systemd/systemd-lines.ts'
import { startSystemdPair, type SystemdPair } from '../../helpers/systemd/systemd-pair.ts'
import { IMPATIENT_WATCHDOG, waitForRestart } from '../../helpers/systemd/systemd-units.ts'
import { readDocumentedDropIn } from '../../helpers/systemd/unit-texts.ts'
import { until } from '../../helpers/time/until.ts'

const pairTest = anyTest as TestFn<SystemdPair>
const test = pairTest.serial
const scope = makeScope()

pairTest.before(async t => {
  t.timeout(patience(170_000), 'the executable is built')
  t.context = await startSystemdPair(scope)
  await t.context.write('first', 0, 3)
  await t.context.sh(
    'echo secret > /var/log/app/private.log; chmod 600 /var/log/app/private.log; chgrp root /var/log/app/private.log',
  )
  await t.context.systemctl('start', 'forwarder-collector')
})
pairTest.beforeEach(async t => {
  await t.context.configureAgent()
  await t.context.systemctl('start', 'forwarder')
})
pairTest.after.always(() => scope.end())

test('systemctl start returns once the files are followed, and the status reports that in a sentence', async t => {
  await t.context.systemctl('stop', 'forwarder')
  await t.context.systemctl('start', 'forwarder')
  t.is(await t.context.property('forwarder', 'ActiveState'), 'active')
  const messages = (await t.context.journal('forwarder')).map(({ MESSAGE }) => MESSAGE)
  const following = messages.findIndex(message => message.includes('"following files"'))
  t.true(following >= 0 && following < messages.findIndex(message => message.startsWith('Started forwarder.service')))
  t.regex(await t.context.property('forwarder', 'StatusText'), /^following \d+ files?/u)
})

test('lines arrive over TLS with a key that only root can read, from a log that only adm may read', async t => {
  t.deepEqual(await t.context.waitUntilStored('first', 3), [0, 1, 2])
  t.is(await t.context.run('stat', '--format=%U %a', '/etc/forwarder/client.key'), 'root 600\n')
  t.is(await t.context.run('stat', '--format=%G %a', '/var/log/app/first.log'), 'adm 644\n')
  t.is(await t.context.run('stat', '--format=%G %a', '/var/log/app'), 'adm 2750\n')
})

test('the status of the agent shows the number of connected collectors', async t => {
  const hasSaid = async () => /connected to 1\b/u.test(await t.context.property('forwarder', 'StatusText'))
  await until(hasSaid, 'the status says that a collector is connected', 60_000)
  t.regex(await t.context.property('forwarder', 'StatusText'), /0 B behind/u)
})

test('the journal has the priority of each log line', async t => {
  const records = await t.context.journal('forwarder')
  const priority = (text: string) => records.find(({ MESSAGE }) => MESSAGE.includes(text))?.PRIORITY
  t.is(priority('"following files"'), '6', 'info')
  t.is(priority('private.log'), '3', 'a file that cannot be read is an error')
  const warnings = await t.context.run(...'journalctl -u forwarder -p warning'.split(' '))
  t.true(warnings.includes('private.log') && !warnings.includes('"following files"'))
  const record = records.find(({ MESSAGE }) => MESSAGE.includes('"following files"'))
  t.is((JSON.parse(record?.MESSAGE ?? '') as { message: string }).message, 'following files', 'the text is plain JSON')
})

test('the agent runs without capabilities and new privileges, with a filter of system calls, and in the group adm', async t => {
  const pid = await t.context.property('forwarder', 'MainPID')
  const status = await t.context.run('cat', `/proc/${pid}/status`)
  for (const line of ['CapEff:\t0000000000000000', 'CapBnd:\t0000000000000000', 'NoNewPrivs:\t1', 'Seccomp:\t2'])
    t.true(status.includes(`${line}\n`), line)
  const user = await t.context.run('id', '--user', 'forwarder')
  t.regex(status, new RegExp(String.raw`^Uid:\t${user.trim()}\t`, 'mu'))
  t.regex(status, /^Groups:\t4 /mu)
})

test('memory, tasks, file descriptors and core dumps of the agent are limited', async t => {
  const [memory, tasks] = [768 * 1024 * 1024, 128]
  const group = await t.context.property('forwarder', 'ControlGroup')
  // Cgroups of version 1 have a tree for each; of version 2 one for all.
  const limits = await t.context.sh(`
    cd /sys/fs/cgroup
    cat memory${group}/memory.limit_in_bytes 2> /dev/null || cat .${group}/memory.max
    cat pids${group}/pids.max 2> /dev/null || cat .${group}/pids.max`)
  t.deepEqual(limits.trim().split('\n'), [String(memory), String(tasks)])
  const pid = await t.context.property('forwarder', 'MainPID')
  const files = await t.context.run('cat', `/proc/${pid}/limits`)
  const own = await t.context.run('cat', '/proc/1/limits')
  const most = Math.min(65_536, Number(/^Max open files +\d+ +(\d+)/mu.exec(own)?.[1]))
  t.is(Number(/^Max open files +(\d+)/mu.exec(files)?.[1]), most)
  t.regex(files, /^Max core file size +0 +0 /mu)
})

test('a reload follows another file in the same process, and an invalid configuration changes nothing', async t => {
  const pid = await t.context.property('forwarder', 'MainPID')
  await t.context.sh('mkdir /var/log/other; chmod 755 /var/log/other; echo "other 0" > /var/log/other/other.log')
  await t.context.configureAgent({ files: [{ paths: ['/var/log/app/*.log', '/var/log/other/*.log'] }] })
  await t.context.systemctl('reload', 'forwarder')
  const search = ['forwarder', 'search', '--config', '/etc/forwarder/search.json', '--json', 'other']
  await until(
    async () => (await t.context.attempt(...search)).stdout !== '',
    'the line of the other file is stored',
    60_000,
  )

  await t.context.put('/etc/forwarder/forwarder.json', '{"network": {"servres": []}}')
  await t.context.systemctl('reload', 'forwarder')
  const complaint = async () =>
    (await t.context.journal('forwarder')).find(({ MESSAGE }) => MESSAGE.includes('servres'))
  await until(async () => (await complaint()) !== undefined, 'the log has the error')
  t.is((await complaint())?.PRIORITY, '3')
  t.is(await t.context.property('forwarder', 'MainPID'), pid)
  t.is(await t.context.property('forwarder', 'NRestarts'), '0')
  await t.context.configureAgent()
  await t.context.systemctl('reload', 'forwarder')
  await t.context.write('first', 3, 5)
  t.deepEqual(await t.context.waitUntilStored('first', 5), numbers(5))
  await addsUpIn(t, t.context)
})

test('a killed agent is restarted, and nothing is lost or stored twice', async t => {
  const count = 20_000
  await waitForRestart(t.context, 'forwarder', async () => {
    await t.context.write('killed', 0, count)
    const hasBegun = async () => (await t.context.stored('killed')).length > 0
    await until(hasBegun, 'some lines are stored', 60_000)
    await t.context.systemctl('kill', '--signal=KILL', 'forwarder')
  })
  await t.context.write('killed', count, count + 1000)
  t.deepEqual(await t.context.waitUntilStored('killed', count + 1000), numbers(count + 1000))
  await addsUpIn(t, t.context)
})

test('an agent that hangs is killed by the watchdog and restarted', async t => {
  await t.context.dropIn('forwarder.service', 'watchdog', IMPATIENT_WATCHDOG)
  await t.context.systemctl('restart', 'forwarder')
  await waitForRestart(t.context, 'forwarder', async () => {
    await t.context.systemctl('kill', '--signal=STOP', 'forwarder')
    await t.context.write('frozen', 0, 100)
  })
  const messages = (await t.context.journal('forwarder')).map(({ MESSAGE }) => MESSAGE)
  t.true(messages.some(message => message.includes('Watchdog timeout')))
  t.deepEqual(await t.context.waitUntilStored('frozen', 100), numbers(100))
  await addsUpIn(t, t.context)
})

test('a stop of the agent is orderly and within its time limit, and the next start continues at the same position', async t => {
  const count = 20_000
  await t.context.write('stopped', 0, count)
  await until(async () => (await t.context.stored('stopped')).length > 0, 'some lines are stored', 60_000)
  await t.context.systemctl('stop', 'forwarder')
  t.is(await t.context.property('forwarder', 'Result'), 'success')
  t.is(await t.context.property('forwarder', 'ExecMainStatus'), '0')
  const messages = (await t.context.journal('forwarder')).map(({ MESSAGE }) => MESSAGE)
  t.true(messages.some(message => message.includes('"message":"stopped"')))
  await t.context.systemctl('start', 'forwarder')
  await t.context.write('stopped', count, count + 100)
  t.deepEqual(await t.context.waitUntilStored('stopped', count + 100), numbers(count + 100))
  await addsUpIn(t, t.context)
})

test('with the documented drop-ins the agent reads logs of another group, and logs that only root may read', async t => {
  await t.context.sh(`
    mkdir -m 755 /var/log/more
    for name in group owner; do echo "$name 0" > /var/log/more/$name.log; chmod 640 /var/log/more/$name.log; done
    chgrp www-data /var/log/more/group.log`)
  await t.context.configureAgent({ files: [{ paths: ['/var/log/more/*.log'] }] })
  const search = ['forwarder', 'search', '--config', '/etc/forwarder/search.json', '--json']
  const isStored = async (text: string) => (await t.context.attempt(...search, text)).stdout !== ''
  for (const [name, text] of [
    ['groups', 'group'],
    ['read-all', 'owner'],
  ] as const) {
    t.false(await isStored(text), `without ${name}.conf`)
    const path = `forwarder.service.d/${name}.conf`
    await t.context.put(`/etc/systemd/system/${path}`, await readDocumentedDropIn(path))
    await t.context.systemctl('daemon-reload')
    await t.context.systemctl('restart', 'forwarder')
    await until(async () => await isStored(text), `the line is stored that ${name}.conf is for`)
  }
})

test('an agent with an invalid configuration is not restarted, and the status shows the error', async t => {
  await t.context.systemctl('stop', 'forwarder')
  await t.context.systemctl('reset-failed', 'forwarder').catch(() => '') // it did not fail: nothing to reset
  await t.context.put('/etc/forwarder/forwarder.json', '{"network": {"servres": []}}')
  const { code } = await t.context.attempt('systemctl', 'start', 'forwarder')
  t.not(code, 0)
  await sleep(500) // five times the pause before another start
  t.is(await t.context.property('forwarder', 'ActiveState'), 'failed')
  t.is(await t.context.property('forwarder', 'ExecMainStatus'), '1')
  t.is(await t.context.property('forwarder', 'NRestarts'), '0')
  const { stdout } = await t.context.attempt('systemctl', 'status', '--full', '--no-pager', 'forwarder')
  t.regex(stdout, /forwarder\.json:1:\d+: .*servres/u)
})

test('the documented drop-in for pauses between restarts works, and systemd before 254 ignores its newer settings', async t => {
  const path = 'forwarder.service.d/pauses.conf'
  await t.context.run('rm', '/etc/systemd/system/forwarder.service.d/impatient.conf')
  await t.context.put(`/etc/systemd/system/${path}`, await readDocumentedDropIn(path))
  await t.context.systemctl('daemon-reload')
  t.is(await t.context.property('forwarder', 'RestartUSec'), '1s')
  const version = Number(/^systemd (\d+)/u.exec(await t.context.run('systemctl', '--version'))?.[1])
  t.is(await t.context.property('forwarder', 'RestartSteps'), version < 254 ? '' : '10')
  await waitForRestart(
    t.context,
    'forwarder',
    async () => await t.context.systemctl('kill', '--signal=KILL', 'forwarder'),
  )
})
