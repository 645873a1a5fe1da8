import test from 'ava'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { patience } from '../../helpers/time/patience.ts'
import { startSystemd } from '../../helpers/systemd/systemd.ts'
import { until } from '../../helpers/time/until.ts'

const shipped = join(import.meta.dirname, '../../../config/packaged/ca.json')
const installed = '/etc/forwarder/ca.json'
const dir = '/var/lib/forwarder-ca'
const check = `runuser -u forwarder -- forwarder check --config ${installed}`

const missing = (name: string) =>
  `ca.dir: there is no ${dir}/${name}: create the authority with \`forwarder ca create --dir ${dir}\``

test('an installed authority answers enrolments once it is created by the commands in its configuration', async t => {
  t.timeout(patience(170_000), 'the executable is built')
  const machine = await startSystemd(t)
  const text = await readFile(shipped, 'utf8')
  await writeFile(machine.outside(installed), text)
  await machine.sh(`chgrp forwarder ${installed}; chmod 640 ${installed}`)
  const { code, stderr } = await machine.attempt('sh', '-c', check)
  t.is(code, 1)
  t.deepEqual(stderr.trimEnd().split('\n'), [missing('ca.pem'), missing('ca.key'), '2 errors'])

  await writeFile(
    machine.outside('/etc/systemd/system/etcd.service'),
    '[Service]\nExecStart=/usr/bin/etcd --data-dir /run/etcd\n',
  )
  await machine.systemctl('start', 'etcd')
  const commands = [...text.matchAll(/^# {3}(\S.*)$/gmu)].map(([, command = '']) => command)
  t.is(commands.length, 4)
  for (const command of commands) await machine.sh(command)
  t.is(await machine.property('forwarder-ca', 'ActiveState'), 'active')
  const answers = async () => (await machine.property('forwarder-ca', 'StatusText')).startsWith('answers enrolments: ')
  await until(answers, 'the status says that it answers', 60_000)
  t.is((await machine.sh('ETCDCTL_API=3 etcdctl get --keys-only /forwarder/trust')).trim(), '/forwarder/trust')
  const places = [dir, `${dir}/ca.key`]
  t.deepEqual((await machine.run('stat', '--format=%U %a', ...places)).trim().split('\n'), [
    'forwarder 700',
    'forwarder 600',
  ])
})
