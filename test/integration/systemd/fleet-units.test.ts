import anyTest, { type TestFn } from 'ava'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { loadConfig } from '../../../src/config/load.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'
import { buildGoProgram } from '../../helpers/peers/go-programs.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { startSystemd, type SystemdMachine } from '../../helpers/systemd/systemd.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { readUnit } from '../../helpers/systemd/unit-texts.ts'

const machineTest = anyTest as TestFn<SystemdMachine>
const test = machineTest.serial
const run = promisify(execFile)
const scope = makeScope()
const root = join(import.meta.dirname, '../../..')

machineTest.before(async t => {
  t.timeout(patience(170_000), 'the executable is built')
  t.context = await startSystemd(scope)
})
machineTest.after.always(() => scope.end())

/** What fleet's own code makes of a unit file under this name. */
async function readAsFleet(path: string, name: string): Promise<unknown> {
  const { stdout } = await run(await buildGoProgram('fleet-unit'), [path, name])
  return JSON.parse(stdout)
}

const unitPath = (name: string) => join(root, 'systemd/fleet', name)

test('fleet schedules the agent as a global unit', async t => {
  t.timeout(patience(170_000), "fleet's code is built")
  const plan = await readAsFleet(unitPath('forwarder.service'), 'forwarder.service')
  t.deepEqual(plan, { global: true, conflicts: [], peers: [] })
})

test('fleet keeps the instances of the collector on different machines', async t => {
  const plan = await readAsFleet(unitPath('forwarder-collector@.service'), 'forwarder-collector@1.service')
  t.deepEqual(plan, { global: false, conflicts: ['forwarder-collector@*.service'], peers: [] })
})

test('fleet refuses an unknown key, and conflicts of a global unit', async t => {
  const path = join(await makeTempDir(t), 'wrong.service')
  const text = await readUnit('fleet/forwarder.service')
  await writeFile(path, `${text}Globul=true\n`)
  await t.throwsAsync(readAsFleet(path, 'wrong.service'), { message: /unrecognized requirement.*Globul/u })
  await writeFile(path, `${text}Conflicts=other.service\n`)
  await t.throwsAsync(readAsFleet(path, 'wrong.service'), { message: /Global cannot be used with Conflicts/u })
})

test('no unit registers a collector in etcd', async t => {
  for (const name of ['forwarder.service', 'forwarder-collector@.service'])
    t.notRegex(await readUnit(`fleet/${name}`), /etcdctl|ExecStartPost|ExecStopPost|docker|^\[Install\]/mu)
})

test('systemd-analyze verify finds nothing in the units', async t => {
  const machine = t.context
  await machine.sh('mkdir -p /run/fleet /opt/bin; ln -sf /usr/bin/forwarder /opt/bin/forwarder')
  const names = {
    'forwarder.service': 'forwarder.service',
    'forwarder-collector@.service': 'forwarder-collector@1.service',
  }
  for (const [source, name] of Object.entries(names)) {
    await writeFile(machine.outside(`/run/fleet/${name}`), await readUnit(`fleet/${source}`))
    const { code, stdout, stderr } = await machine.attempt(
      'systemd-analyze',
      'verify',
      '--man=no',
      `/run/fleet/${name}`,
    )
    t.deepEqual({ code, said: stdout + stderr }, { code: 0, said: '' })
  }
})

test('the configurations of docs/fleet.md are valid with the values that fleet and the machine provide', async t => {
  const page = await readFile(join(root, 'docs/fleet.md'), 'utf8')
  const texts = [...page.matchAll(/^```json\n(.*?)^```/gmsu)].map(([, text = '']) => text)
  const environment = {
    ETCD: 'https://etcd1.example.com:2379',
    CA_FINGERPRINT: `sha256:${'0'.repeat(64)}`,
    COREOS_PRIVATE_IPV4: '172.17.8.101',
    FORWARDER_COLLECTOR: 'collector1',
  }
  const roles: string[] = []
  for (const text of texts) {
    const { settings, warnings } = loadConfig(await writeConfig(t, text), { ...calmSurroundings, environment })
    t.deepEqual(warnings, [])
    roles.push(settings.role)
    if (settings.role === 'collector') t.true(JSON.stringify(settings.advertise).includes('172.17.8.101'))
  }
  t.deepEqual(roles, ['agent', 'collector'])
})
