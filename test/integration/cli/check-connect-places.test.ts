import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { checkConfig } from '../../helpers/process/check-config.ts'
import { runProgramWith } from '../../helpers/process/command-line.ts'
import { startDnsServer } from '../../helpers/servers/dns-server.ts'
import { findFreePort } from '../../helpers/servers/java-server.ts'
import { makeScene, type Scene } from '../../helpers/process/mistake-scene.ts'
import { setUpWell } from '../../helpers/process/mistake-setups.ts'
import { startOpenSearch } from '../../helpers/servers/opensearch.ts'
import { listServerVersions } from '../../helpers/servers/server-versions.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

/** A resolver and host names of the scene's own, in the place of the machine's. */
async function replaceResolver(scene: Scene, port: number): Promise<ReadonlyMap<string, string>> {
  const [resolver, hosts] = [scene.path('resolv.conf'), scene.path('hosts')]
  await writeFile(resolver, `nameserver 127.0.0.1:${port}\n`)
  await writeFile(hosts, '127.0.0.1 localhost logs1.example.org logs2.example.org\n')
  return new Map([
    ['/etc/resolv.conf', resolver],
    ['/etc/hosts', hosts],
  ])
}

test('check --connect tries the servers of SRV records by their names and ports', async t => {
  const dns = await startDnsServer(t)
  const scene = await makeScene(t)
  await setUpWell(scene, '--host logs1.example.org')
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const places = await replaceResolver(scene, dns.port)
  const name = '_lumberjack._tcp.example.org'
  await writeFile(
    scene.path('agent.json'),
    JSON.stringify({
      network: { tls: { ca: scene.path('ca.pem') } },
      discovery: { srv: { name } },
      files: [{ paths: [scene.path('logs/*')] }],
      stateDir: scene.path('agent-state'),
    }),
  )
  const check = async () => await runProgramWith(places, ['check', '--config', scene.path('agent.json'), '--connect'])

  const unknown = await check()
  t.is(unknown.code, 1)
  t.regex(unknown.err, /^_lumberjack\._tcp\.example\.org … .*does not exist/m)

  dns.setServices(name, [])
  const none = await check()
  t.is(none.code, 1)
  t.regex(none.err, /^_lumberjack\._tcp\.example\.org … the DNS has no such record/m)

  dns.setServices(name, [{ priority: 0, weight: 1, port: scene.port, name: 'logs1.example.org' }])
  const good = await check()
  t.is(good.code, 0, good.err)
  t.regex(
    good.out,
    new RegExp(`^logs1\\.example\\.org:${scene.port} … ok: certificate for "logs1\\.example\\.org"`, 'm'),
  )

  const closed = await findFreePort()
  dns.setServices(name, [
    { priority: 0, weight: 1, port: scene.port, name: 'logs1.example.org' },
    { priority: 0, weight: 1, port: scene.port, name: 'logs2.example.org' },
    { priority: 1, weight: 1, port: closed, name: 'logs1.example.org' },
  ])
  const { code, out, err } = await check()
  t.is(code, 1)
  t.regex(out, /^logs1\.example\.org:\d+ … ok: /m)
  t.regex(err, /^logs2\.example\.org:\d+ … .*certificate for "logs1\.example\.org".*logs2\.example\.org/m)
  t.regex(err, new RegExp(`^logs1\\.example\\.org:${closed} … .*refuses connections`, 'm'))
  t.regex(err, /^2 errors$/m)

  dns.setMood('servfail')
  const broken = await check()
  t.is(broken.code, 1)
  t.regex(broken.err, /^_lumberjack\._tcp\.example\.org … the DNS cannot be asked .*is the resolver reachable/m)
})

test('check --connect only warns about an unreachable address of a server whose other address works', async t => {
  const scene = await makeScene(t)
  await setUpWell(scene)
  await scene.openssl('req -x509 -batch -nodes -newkey rsa:2048 -keyout server.key -out server.pem')
  await scene.start('collector')
  await scene.untilLogged('collector', [/collector is listening/])
  const hosts = scene.path('hosts')
  await writeFile(hosts, '127.0.0.1 localhost\n127.0.0.1 two.example.org\n127.0.0.2 two.example.org\n')
  const servers = [`two.example.org:${scene.port}`]
  await scene.configure('agent', { servers, tls: { ca: scene.path('server.pem') } })
  const { code, err } = await runProgramWith(new Map([['/etc/hosts', hosts]]), [
    'check',
    '--config',
    scene.path('agent.json'),
    '--connect',
  ])
  t.regex(err, /^warning: two\.example\.org:\d+ \(127\.0\.0\.2\) … .*refuses connections/m)
  t.regex(err, /^warning: two\.example\.org:\d+ \(127\.0\.0\.1\) … ok: .*it is in the CA file itself/m)
  t.is(code, 0, err)
})

for (const { version } of listServerVersions().filter(({ kind }) => kind === 'opensearch'))
  test(`check --connect reports an OpenSearch ${version} by name and version, and a host that is down as an error`, async t => {
    const server = await startOpenSearch(t, { version })
    const closed = `http://127.0.0.1:${await findFreePort()}`
    const config = (hosts: readonly string[]) => ({
      listen: ['127.0.0.1:0'],
      tls: false,
      stateDir: stateDirs.shift(),
      store: { type: 'elasticsearch', hosts },
    })
    const stateDirs = [await makeTempDir(t), await makeTempDir(t)]
    const good = await checkConfig(t, config([server.url]))
    t.is(good.code, 0, good.err)
    t.true(good.out.includes(`\n${server.url} … ok: OpenSearch ${version}\n`), good.out)
    const { code, out, err } = await checkConfig(t, config([server.url, closed]))
    t.is(code, 1)
    t.regex(out, /… ok: OpenSearch /)
    t.true(err.includes(`${closed} … `), err)
  })
