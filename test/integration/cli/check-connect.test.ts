import test from 'ava'
import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { readFile, readdir, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createAuthority } from '../../../src/tls/file-authority.ts'
import { checkConfig, checkConnections } from '../../helpers/process/check-config.ts'
import { runInside } from '../../helpers/process/command-line.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { makeFleet } from '../../helpers/fleet/fleet.ts'
import { runForwarder, withLongLives } from '../../helpers/fleet/fleet-view.ts'
import { findFreePort } from '../../helpers/servers/java-server.ts'
import { makeScene } from '../../helpers/process/mistake-scene.ts'
import { setUpClient, setUpWell } from '../../helpers/process/mistake-setups.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

async function runEtcdctl(endpoint: string, key: string, value: string): Promise<void> {
  await promisify(execFile)('etcdctl', ['--endpoints', endpoint, 'put', key, value], {
    env: { ...process.env, ETCDCTL_API: '3' },
  })
}

/** As a collector registers itself. */
function makeEntry(address: string): string {
  return JSON.stringify({ address, weight: 1, version: '1', since: '2026-01-01T00:00:00Z' })
}

test('check --connect attributes an address in use to the running collector, and sends no event', async t => {
  const scene = await makeScene(t)
  await setUpClient(scene)
  t.regex((await scene.check('collector', '--connect')).out, /^127\.0\.0\.1:\d+ … ok: free to listen on$/m)
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const own = await scene.check('collector', '--connect')
  t.is(own.code, 0, own.err)
  t.regex(own.out, /^127\.0\.0\.1:\d+ … ok: in use by the running collector \(pid \d+\)$/m)
  const agents = await scene.check('agent', '--connect')
  t.is(agents.code, 0, agents.err)
  t.regex(
    agents.out,
    /^localhost:\d+ … ok: certificate for "localhost", signed by "forwarder CA", until 20\d\d-\d\d-\d\d; our certificate is \S+client\.pem; it takes our own wire form$/m,
  )
  t.notRegex(await scene.readLog('collector'), /"level":"(?:warn|error)"/)
  const { out } = await runInside(['search', '--config', scene.path('collector.json')])
  t.is(out, '')
})

test('check --connect reports a port of another program and an address of another machine as errors', async t => {
  const stranger = createServer().listen(0, '127.0.0.1')
  await once(stranger, 'listening')
  t.teardown(() => stranger.close())
  const { port } = stranger.address() as { port: number }
  const listen = [`127.0.0.1:${port}`, '192.0.2.1:5044', `127.0.0.1:${await findFreePort()}`]
  const { code, out, err } = await checkConfig(t, {
    listen,
    tls: false,
    stateDir: await makeTempDir(t),
    store: { type: 'embedded' },
  })
  t.is(code, 1)
  t.regex(err, new RegExp(`127\\.0\\.0\\.1:${port} … cannot listen: another program has that port`))
  t.regex(err, /192\.0\.2\.1:5044 … cannot listen: this machine does not have that address/)
  t.regex(err, /^2 errors$/m)
  t.regex(out, /^127\.0\.0\.1:\d+ … ok: free/m)
})

test('check --connect tries every server and reports each result separately', async t => {
  const scene = await makeScene(t)
  await setUpWell(scene)
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const closed = await findFreePort()
  const servers = [`localhost:${scene.port}`, `127.0.0.1:${scene.port}`, `127.0.0.1:${closed}`, 'nowhere.invalid:5044']
  await scene.configure('agent', { servers, tls: { ca: scene.path('ca.pem') } })
  const { code, out, err } = await scene.check('agent', '--connect')
  t.is(code, 1)
  t.regex(out, /^localhost:\d+ … ok: certificate for "localhost"/m)
  t.regex(err, /127\.0\.0\.1:\d+ … .*but not for the address 127\.0\.0\.1/)
  t.regex(err, new RegExp(`127\\.0\\.0\\.1:${closed} … .*refuses connections`))
  t.regex(err, /nowhere\.invalid:5044 … the server at nowhere\.invalid:5044 has a name that (?:does not exist|the DNS)/)
  t.regex(err, /^3 errors$/m)
})

test('check --connect accepts a CA file with several authorities, and servers from the DNS', async t => {
  const scene = await makeScene(t)
  await setUpWell(scene)
  await createAuthority({ dir: scene.path('other'), name: 'another' })
  const both = (await readFile(scene.path('other/ca.pem'), 'utf8')) + (await readFile(scene.path('ca/ca.pem'), 'utf8'))
  await writeFile(scene.path('ca.pem'), both)
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const { code, out, err } = await checkConfig(t, {
    network: { tls: { ca: scene.path('ca.pem') } },
    discovery: { dns: { names: [`localhost:${scene.port}`] } },
    files: [{ paths: [scene.path('logs/*')] }],
    stateDir: scene.path('agent-state'),
  })
  t.is(code, 0, err)
  t.regex(out, /^localhost:\d+.* … ok: certificate for "localhost"/m)
})

test('check --connect tries the collectors in etcd and each endpoint of etcd', async t => {
  const etcd = await startEtcd(t)
  const scene = await makeScene(t)
  await setUpWell(scene)
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const agent = {
    network: { tls: { ca: scene.path('ca.pem') } },
    discovery: { etcd: { endpoints: [etcd.endpoint, `http://127.0.0.1:${await findFreePort()}`] } },
    files: [{ paths: [scene.path('logs/*')] }],
    stateDir: scene.path('agent-state'),
  }
  const none = await checkConfig(t, agent)
  t.is(none.code, 1)
  t.regex(none.err, /\/forwarder\/collectors\/ … no collector is registered there/)
  const closed = await findFreePort()
  await etcd.etcdctl('put', '/forwarder/collectors/good', makeEntry(`localhost:${scene.port}`))
  await etcd.etcdctl('put', '/forwarder/collectors/gone', makeEntry(`localhost:${closed}`))
  await etcd.etcdctl('put', '/forwarder/collectors/odd', 'hello')
  const { code, out, err } = await checkConfig(t, agent)
  t.is(code, 1)
  t.regex(out, /^etcd http:\S+ … ok: 3 keys under \/forwarder\/collectors\/$/m)
  t.regex(out, new RegExp(`^localhost:${scene.port}.* … ok: certificate for "localhost"`, 'm'))
  t.regex(err, /^warning: etcd http:\S+ … /m)
  t.regex(err, new RegExp(`^localhost:${closed}.* … .*refuses connections`, 'm'))
  t.regex(err, /^\/forwarder\/collectors\/odd … is not a collector's entry: it is not JSON/m)
})

test('check --connect tries the keys of a fleet with Logstash as they are in etcd, and saves none of them', async t => {
  const etcd = await startEtcd(t)
  const scene = await makeScene(t)
  await setUpWell(scene)
  await scene.openssl('req -x509 -batch -nodes -newkey rsa:2048 -keyout server.key -out server.pem')
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  await etcd.etcdctl('put', '/logstash/host', `localhost:${scene.port}`)
  await etcd.etcdctl('put', '--', '/logstash/ssl_certificate', await readFile(scene.path('server.pem'), 'utf8'))
  await etcd.etcdctl('put', '--', '/logstash/ssl_private_key', await readFile(scene.path('server.key'), 'utf8'))
  const { code, err } = await checkConfig(t, {
    network: {},
    discovery: { etcd: { endpoints: [etcd.endpoint], layout: 'logstash' } },
    files: [{ paths: [scene.path('logs/*')] }],
    stateDir: scene.path('agent-state'),
  })
  t.is(code, 0, err)
  t.regex(
    err,
    /^warning: localhost:\d+.* … ok: certificate without subject .*signed by itself.*it is in the CA file itself/m,
  )
  t.false((await readdir(scene.path('.'))).includes('agent-state'))
})

test('check --connect reports an authority whose etcd is unreachable as an error', async t => {
  const dir = await makeTempDir(t)
  await createAuthority({ dir })
  const etcd = await startEtcd(t)
  const config = (endpoint: string) => ({ ca: { dir }, discovery: { etcd: { endpoints: [endpoint] } } })
  const good = await checkConfig(t, config(etcd.endpoint))
  t.is(good.code, 0, good.err)
  t.regex(good.out, /^etcd http:\S+ … ok: 0 keys under \/forwarder\/trust$/m)
  const bad = await checkConfig(t, config(`http://127.0.0.1:${await findFreePort()}`))
  t.is(bad.code, 1)
  t.regex(bad.err, /^etcd http:\S+ … /m)
})

test('for an enrolled fleet, check --connect suggests a join token instead of ca issue', async t => {
  const fleet = await makeFleet(t)
  const [agent] = fleet.agents
  const [collector] = fleet.collectors
  if (agent === undefined || collector === undefined) throw new Error('a fleet has both')
  await fleet.start('etcd')
  const early = await checkConnections(agent.configPath)
  t.is(early.code, 1)
  t.regex(
    early.err,
    /^warning: \S+\/identity\/identity\.pem … there is no certificate yet: .*forwarder ca token create --dir DIR --for agent --name agent-1$/m,
  )
  await fleet.start('authority')
  await fleet.start('collectors')
  await fleet.start('agents')
  await fleet.process(agent).ready()
  await until(async () => (await checkConnections(agent.configPath)).code === 0, 'the fleet is well', 60_000)
  const { out } = await checkConnections(agent.configPath)
  t.regex(out, /^localhost:\d+.* … ok: certificate for "localhost", signed by "forwarder demo CA", until /m)
  t.is((await checkConnections(collector.configPath)).code, 0)

  // A collector that is said to be where its certificate is not for.
  const { advertise } = JSON.parse(await readFile(collector.configPath, 'utf8')) as { advertise: { address: string } }
  const address = advertise.address.replace('localhost', '127.0.0.1')
  await runEtcdctl(fleet.etcd.endpoint, '/forwarder/collectors/misplaced', makeEntry(address))
  const { code, err } = await checkConnections(agent.configPath)
  t.is(code, 1)
  t.regex(
    err,
    /certificate for "localhost", signed by "forwarder demo CA", but not for the address 127\.0\.0\.1: .*"names" of "advertise".*forwarder ca token create --dir DIR --for collector --name 127\.0\.0\.1 --name localhost$/m,
  )
  t.notRegex(err, /forwarder ca issue/)
  await until(
    async () => /ca token create --dir DIR --for collector --name 127\.0\.0\.1/.test(await fleet.readLog(agent)),
    'the running agent says it too',
  )
})

test('check --connect reports a revoked collector, and check a revoked certificate of the machine itself', async t => {
  const fleet = await makeFleet(t, { configure: withLongLives })
  const [agent] = fleet.agents
  const [good, stolen] = fleet.collectors
  for (const kind of ['etcd', 'authority', 'collectors'] as const) await fleet.start(kind)
  await fleet.startMachine(agent).ready()
  await Promise.all([good, stolen].map(collector => fleet.process(collector).ready()))
  const before = await checkConnections(agent.configPath)
  t.is(before.code, 0, before.err)
  const dir = join(fleet.dir, 'ca')

  await runForwarder('ca', 'revoke', stolen.name, '--dir', dir)
  await until(async () => (await checkConnections(agent.configPath)).code === 1, 'the agent has heard of it')
  const { out, err } = await checkConnections(agent.configPath)
  t.regex(
    err,
    /^localhost:\d+ .*… .* shows the certificate [0-9A-F]+, which was revoked: that server has to join again/m,
  )
  t.regex(err, /^1 error$/m)
  t.regex(out, /^localhost:\d+.* … ok: certificate for "localhost"/m)

  await runForwarder('ca', 'revoke', agent.name, '--dir', dir)
  const check = async () => await runInside(['check', '--config', agent.configPath])
  await until(async () => (await check()).code === 1, 'the agent has heard of it')
  t.regex((await check()).err, /identity\.pem was revoked: this machine must join again; .*--for agent --name agent-1/)
})
