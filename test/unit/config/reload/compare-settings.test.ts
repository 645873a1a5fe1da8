import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeDifference, isSameSetting } from '../../../../src/config/reload/compare-settings.ts'
import { loadConfig } from '../../../../src/config/load.ts'
import type { Settings } from '../../../../src/config/settings.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

type Config = Readonly<Record<string, unknown>>
type Keys = readonly string[]

const logs = { paths: ['/var/log/*.log'] }
const agent = { network: { servers: ['logs:5043'], tls: false }, files: [logs, { paths: ['/srv/*.log'] }] }
const etcd = { endpoints: ['http://etcd:2379'] }
const found = { network: {}, files: [logs], discovery: { etcd: { ...etcd, user: 'u', password: 'hush-1' } } }
const embedded = { listen: '127.0.0.1:5044', store: { path: '/var/events.db' } }
const elastic = { listen: '127.0.0.1:5044', store: { type: 'elasticsearch', hosts: ['http://es:9200'] } }
const secured = { ...elastic, store: { ...elastic.store, user: 'u', password: 'hush-1' } }
const member = { listen: '127.0.0.1:5044', store: {}, discovery: { etcd } }

async function load(dir: string, config: Config): Promise<Settings> {
  const path = join(dir, 'config.json')
  await writeFile(path, JSON.stringify(config))
  return loadConfig(path).settings
}

const differs = test.macro<[Config, Config, Keys, Keys?]>({
  title: (given, ...[before, after, changed, needsRestart = []]) =>
    given ??
    `in the settings of ${'listen' in before || 'listen' in after ? 'a collector' : 'an agent'}, a change of ${changed.join(', ')} is reported, ${needsRestart.length === 0 ? 'without a restart' : `with a restart for ${needsRestart.join(', ')}`}`,
  exec: async (t, ...[before, after, changed, needsRestart = []]) => {
    const dir = await makeTempDir(t)
    const difference = describeDifference(await load(dir, before), await load(dir, after))
    t.deepEqual(difference.changed, changed)
    t.deepEqual(
      difference.needsRestart.map(({ key }) => key),
      needsRestart,
    )
    t.notRegex(JSON.stringify(difference), /hush/u, 'a secret is shown')
  },
})

test('equal settings of an agent have no difference', differs, agent, agent, [])
test('equal settings of an agent with etcd have no difference', differs, found, found, [])
test('equal settings of a collector have no difference', differs, secured, secured, [])
test(differs, agent, { ...agent, log: { level: 'debug' }, pollInterval: '2s', spoolSize: 7 }, [
  'spoolSize',
  'pollInterval',
  'log.level',
])
test(differs, agent, { ...agent, holdTime: '7d', holdBytes: '1GiB' }, ['holdTime', 'holdBytes'])
test(differs, agent, { ...agent, shutdownTimeout: '9s', metrics: { listen: '127.0.0.1:9605' } }, [
  'shutdownTimeout',
  'metrics.listen',
])
test(
  differs,
  agent,
  { ...agent, network: { ...agent.network, balance: 'all', timeout: '3s', maxConnectionAge: '1h' } },
  ['network.balance', 'network.maxConnectionAge', 'network.timeout'],
)
test(differs, agent, { ...agent, network: { ...agent.network, servers: ['a:1', 'b:2'] } }, ['network.servers'])
test(differs, agent, { ...agent, files: [{ ...logs, fields: { a: { b: 1 } }, 'dead time': '1h' }, agent.files[1]] }, [
  'files[0].fields',
  'files[0]."dead time"',
])
test(differs, agent, { ...agent, files: [logs] }, ['files[1]'])
test(differs, agent, { ...agent, files: [...agent.files, { paths: ['/new'] }] }, ['files[2]'])
test(differs, agent, { ...agent, fields: { a: 1 } }, ['files[0].fields', 'files[1].fields'])
test(
  differs,
  agent,
  { ...agent, files: [{ paths: ['/var/log/*.log', '-'] }, agent.files[1]] },
  ['files[0].paths'],
  ['files[0].paths'],
)
test(differs, { ...agent, files: [] }, agent, ['files[0]', 'files[1]'], [])
test(differs, agent, { ...agent, files: [...agent.files, { paths: ['-'] }] }, ['files[2]'], ['files[2]'])
test(
  differs,
  { ...agent, files: [{ paths: ['-'] }] },
  { ...agent, files: [{ paths: ['-'], fields: { a: 1 } }] },
  ['files[0].fields'],
  ['files[0].fields'],
)
test(
  differs,
  { ...agent, files: [{ paths: ['-'] }] },
  { ...agent, files: [{ paths: ['-'] }, logs] },
  ['files[1]'],
  ['files[1]'],
)
test(
  differs,
  { ...agent, stateDir: '/a' },
  { ...agent, stateDir: '/b', durability: 'process', onLostState: 'end', host: 'h' },
  ['host', 'durability', 'onLostState', 'stateDir'],
  ['durability', 'onLostState', 'stateDir'],
)
test(differs, agent, found, ['network.tls', 'discovery', 'files[1]'])
test(differs, found, { ...found, discovery: { etcd: { ...found.discovery.etcd, password: 'hush-2', prefix: '/x' } } }, [
  'discovery.etcd.prefix',
  'discovery.etcd.password',
])
test(
  differs,
  { ...found, discovery: { dns: { names: ['a:1'] } } },
  { ...found, discovery: { dns: { names: ['b:1'], refresh: '5s' } } },
  ['discovery.dns.names', 'discovery.dns.refresh'],
)
test(
  differs,
  embedded,
  { ...embedded, listen: ['127.0.0.1:5044', '[::1]:1'], limits: { connections: 3 }, keepalive: '1s' },
  ['listen', 'limits.connections', 'keepalive'],
)
test(
  differs,
  embedded,
  { ...embedded, store: { path: '/var/other.db', retention: { age: '7d', size: '1GiB' } } },
  ['store.path', 'store.retention.age', 'store.retention.size'],
  ['store.path', 'store.retention.age', 'store.retention.size'],
)
test(differs, elastic, { ...elastic, store: { ...elastic.store, hosts: ['http://a:1', 'http://b:1'] } }, [
  'store.hosts',
])
test(
  differs,
  elastic,
  { ...elastic, store: { ...elastic.store, index: 'x', requestTimeout: '5s' } },
  ['store.index', 'store.requestTimeout'],
  ['store.index', 'store.requestTimeout'],
)
test(
  differs,
  secured,
  { ...secured, store: { ...secured.store, password: 'hush-2' } },
  ['store.password'],
  ['store.password'],
)
test(
  differs,
  member,
  {
    ...member,
    discovery: { etcd: { endpoints: ['https://e:1'], prefix: '/x', user: 'u', password: 'hush-4', ca: '/ca.pem' } },
  },
  [
    'discovery.etcd.endpoints',
    'discovery.etcd.prefix',
    'discovery.etcd.user',
    'discovery.etcd.password',
    'discovery.etcd.ca',
  ],
)
test(differs, embedded, member, ['store.path', 'discovery.etcd', 'advertise'], ['store.path'])
test(differs, member, { ...member, advertise: { address: 'a:1', zone: 'z' } }, [
  'advertise.address',
  'advertise.name',
  'advertise.zone',
])

const enrolled = { ...member, enrolment: { token: 'hush-3', caFingerprint: 'ab'.repeat(32) } }
const advertised = { address: 'a:1', name: 'a', names: ['b'], zone: 'z' }
test(
  differs,
  { ...enrolled, advertise: advertised },
  { ...enrolled, advertise: { address: 'c:1', name: 'd', names: ['b', 'e'], zone: 'y' } },
  ['advertise.address', 'advertise.name', 'advertise.names', 'advertise.zone'],
  ['advertise.address', 'advertise.name', 'advertise.names'],
)
test(differs, { ...enrolled, advertise: advertised }, { ...enrolled, advertise: { ...advertised, address: 'a:2' } }, [
  'advertise.address',
])

test(
  differs,
  { ...enrolled, ca: { dir: '/var/lib/ca' } },
  {
    ...enrolled,
    enrolment: { tokenFile: '/token', caFingerprint: 'cd'.repeat(32), clientAuth: 'optional' },
    ca: { dir: '/var/lib/ca', lifetime: '1d', renewExpired: '2d' },
  },
  ['enrolment.caFingerprint', 'enrolment.tokenFile', 'enrolment.clientAuth', 'ca.lifetime', 'ca.renewExpired'],
)
test(differs, { ...enrolled, ca: { dir: '/a' } }, { ...enrolled, ca: { dir: '/b' } }, ['ca.dir'], ['ca.dir'])
test(differs, member, { ...member, ca: { dir: '/b' } }, ['ca'])
test(differs, enrolled, { ...member, tls: false }, ['enrolment'], ['enrolment'])

test('hosts that now come from etcd need a restart, and so does another type of store', async t => {
  const dir = await makeTempDir(t)
  const fixed = await load(dir, { ...elastic, discovery: { etcd } })
  const { hosts: _hosts, ...store } = elastic.store
  const asked = await load(dir, { ...elastic, store, discovery: { etcd } })
  t.deepEqual(
    describeDifference(fixed, asked).needsRestart.map(({ key }) => key),
    ['store.hosts'],
  )
  const other = describeDifference(await load(dir, embedded), fixed)
  t.true(other.needsRestart.some(({ key }) => key === 'store.type'))
})

test('a configuration that becomes one of another role needs a restart', async t => {
  const dir = await makeTempDir(t)
  const { needsRestart } = describeDifference(await load(dir, agent), await load(dir, embedded))
  t.true(needsRestart.some(({ key }) => key === 'role'))
})

test('in the settings of an authority, only the directory needs a restart', async t => {
  const dir = await makeTempDir(t)
  const ca = { discovery: { etcd }, ca: { dir: '/var/lib/ca' } }
  const [before, after] = [
    await load(dir, ca),
    await load(dir, { discovery: { etcd: { ...etcd, prefix: '/x' } }, ca: { dir: '/srv/ca' }, log: { level: 'warn' } }),
  ]
  const { changed, needsRestart } = describeDifference(before, after)
  t.deepEqual(changed.toSorted(), ['ca.dir', 'discovery.etcd.prefix', 'log.level'])
  t.deepEqual(
    needsRestart.map(({ key }) => key),
    ['ca.dir'],
  )
})

test('two readings of one configuration are equal, including secrets', async t => {
  const dir = await makeTempDir(t)
  t.true(isSameSetting(await load(dir, found), await load(dir, found)))
  t.true(isSameSetting(undefined, undefined))
  t.false(isSameSetting([{ a: 1 }], [{ a: 2 }]))
})
