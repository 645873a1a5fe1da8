import test, { type ExecutionContext } from 'ava'
import { copyFile, readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createServer } from 'node:tls'
import { LogstashDirectory, type LogstashDirectoryOptions } from '../../../src/discovery/logstash/logstash-directory.ts'
import { publishLogstashKeys } from '../../../src/discovery/logstash/publish-collector.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeCertificates, makeNamelessCertificate } from '../../helpers/trust/certificates.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { listen, shakeHands } from '../../helpers/peers/handshakes.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

async function startPlace(t: ExecutionContext) {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const stateDir = await makeTempDir(t)
  const log = makeRecordingLog()
  const open = (more: Partial<LogstashDirectoryOptions> = {}) => {
    const layout = new LogstashDirectory({ etcd, stateDir, tls: {}, log, ...more })
    t.teardown(() => layout.close())
    return layout
  }
  return { server, etcd, stateDir, log, open }
}

/** As the boot script of the article does it: a new pair, written with curl. */
async function publishPair(t: ExecutionContext, etcd: Awaited<ReturnType<typeof openTestEtcd>>) {
  const pair = await makeNamelessCertificate(await makeTempDir(t))
  const texts = { certificate: await readFile(pair.certificate, 'utf8'), key: await readFile(pair.key, 'utf8') }
  await etcd.put('/logstash/ssl_certificate', texts.certificate)
  await etcd.put('/logstash/ssl_private_key', texts.key)
  return texts
}

test('the server of a fleet with confd is found, trusted by its certificate, and shown the pair', async t => {
  const { etcd, open, stateDir } = await startPlace(t)
  const { certificate, key } = await publishPair(t, etcd)
  await etcd.put('/logstash/host', '127.0.0.1')
  const layout = open()
  await layout.ready
  t.deepEqual(layout.servers.current, [{ host: '127.0.0.1', port: 10_101, weight: 1 }])
  await until(() => layout.tls?.certificate !== undefined, 'the pair is there')
  for (const name of ['ca.pem', 'client.pem'])
    t.is((await stat(join(stateDir, 'discovered', name))).mode & 0o777, 0o600)

  const peer = createServer({ cert: certificate, key, ca: certificate, requestCert: true, rejectUnauthorized: true })
  const port = await listen(t, peer)
  const socket = await shakeHands(t, { port, host: '127.0.0.1', tls: layout.tls ?? {} })
  t.true(socket.encrypted)
})

test('a new host and a new pair are used without a restart', async t => {
  const { etcd, open } = await startPlace(t)
  await publishPair(t, etcd)
  await etcd.put('/logstash/host', '10.0.0.1')
  const layout = open()
  await layout.ready
  const fresh = await publishPair(t, etcd)
  await etcd.put('/logstash/host', 'logs.example:5000\n')
  await until(() => layout.servers.current[0]?.port === 5000, 'the host is taken up')
  t.deepEqual(layout.servers.current, [{ host: 'logs.example', port: 5000, weight: 1 }])
  t.is((await readFile(layout.tls?.ca ?? '', 'utf8')).trim(), fresh.certificate.trim())
  await until(
    async () => (await readFile(layout.tls?.certificate ?? '', 'utf8')).includes(fresh.certificate.trim()),
    'the pair is taken up',
  )
})

test('a server is not used before its certificate is known, unless none is needed', async t => {
  const { etcd, open, log } = await startPlace(t)
  await etcd.put('/logstash/host', '10.0.0.1')
  const layout = open()
  await until(() => layout.status().lastError !== undefined, 'it is logged')
  t.regex(layout.status().lastError ?? '', /\/logstash\/ssl_certificate has no certificate/)
  t.deepEqual(layout.servers.current, [])
  t.is(log.lines.length, 1)
  const plain = open({ tls: undefined, stateDir: await makeTempDir(t) })
  await plain.ready
  t.is(plain.servers.current.length, 1)
  t.is(plain.tls, undefined)
  const own = open({
    tls: { ca: '/own/ca.pem', certificate: '/own/c.pem', key: '/own/k.pem' },
    stateDir: await makeTempDir(t),
  })
  await own.ready
  t.deepEqual(own.tls, { ca: '/own/ca.pem', certificate: '/own/c.pem', key: '/own/k.pem' })
  await publishPair(t, etcd)
  await layout.ready
  t.is(layout.servers.current.length, 1)
  t.is(layout.status().lastError, undefined)
})

test('a bad value of any key is logged once, without a secret, and the last good one stays', async t => {
  const { etcd, open, log } = await startPlace(t)
  const { certificate, key } = await publishPair(t, etcd)
  await etcd.put('/logstash/host', '10.0.0.1')
  const layout = open()
  await layout.ready
  await until(() => layout.tls?.certificate !== undefined, 'the pair is there')
  const pair = await readFile(layout.tls?.certificate ?? '', 'utf8')
  const broken = key.replaceAll('M', 'x')
  const rows = [
    ['/logstash/host', ''],
    ['/logstash/host', 'a host?'],
    ['/logstash/host', '10.0.0.1:99999'],
    ['/logstash/host', 'x'.repeat(1024 * 1024)],
    ['/logstash/ssl_certificate', 'no certificate'],
    ['/logstash/ssl_certificate', certificate.slice(0, 400)],
    ['/logstash/ssl_certificate', 'x'.repeat(1024 * 1024)],
    ['/logstash/ssl_private_key', 'no key'],
    ['/logstash/ssl_private_key', broken],
  ] as const
  for (const [index, [name, value]] of rows.entries()) {
    await etcd.put(name, value)
    await until(() => log.lines.length === index + 1, `${name} is logged`)
    t.is(log.lines[index]?.fields['key'], name)
  }
  t.false(JSON.stringify(log.lines).includes(broken.split('\n')[3] ?? '"'))
  t.deepEqual(layout.servers.current, [{ host: '10.0.0.1', port: 10_101, weight: 1 }])
  t.is((await readFile(layout.tls?.ca ?? '', 'utf8')).trim(), certificate.trim())
  t.is(await readFile(layout.tls?.certificate ?? '', 'utf8'), pair)
})

test('a key of another certificate is logged, and the earlier pair stays in use', async t => {
  const { etcd, open, log } = await startPlace(t)
  await publishPair(t, etcd)
  await etcd.put('/logstash/host', '10.0.0.1')
  const layout = open()
  await until(() => layout.tls?.certificate !== undefined, 'the pair is there')
  const pair = await readFile(layout.tls?.certificate ?? '', 'utf8')
  const other = await makeNamelessCertificate(await makeTempDir(t))
  await etcd.put('/logstash/ssl_private_key', await readFile(other.key))
  await until(() => log.lines.some(({ message }) => message.includes('does not belong')), 'it is logged')
  t.is(await readFile(layout.tls?.certificate ?? '', 'utf8'), pair)
})

test('the saved server is used if etcd is down at the start, and the values of deleted keys stay in use', async t => {
  const { server, etcd, open, stateDir } = await startPlace(t)
  await publishPair(t, etcd)
  await etcd.put('/logstash/host', '10.0.0.1')
  const first = open()
  await first.ready
  await server.etcdctl('del', '--prefix', '/logstash/')
  await until(() => first.status().lastError !== undefined, 'the deletion is seen')
  t.is(first.servers.current.length, 1)
  await first.close()
  await server.stop()
  const second = open()
  await second.ready
  t.deepEqual(second.servers.current, [{ host: '10.0.0.1', port: 10_101, weight: 1 }])
  t.false(second.status().isLive)
  t.deepEqual((await readdir(join(stateDir, 'discovered'))).toSorted(), ['ca.pem', 'client.pem', 'host.json'])
})

test('a collector publishes its host and certificate, its key only if configured, follows the files, and removes its keys at the stop', async t => {
  const { etcd, open } = await startPlace(t)
  const dir = await makeTempDir(t)
  const [{ server }, renewed] = [await makeCertificates(dir), await makeCertificates(await makeTempDir(t))]
  const text = async (name: string) => (await etcd.get(`/logstash/${name}`))?.toString()
  const shared = { etcd, host: '10.0.0.1:5044', certificate: server.certificate, log: silentLog, pollMs: 50 }
  const open1 = publishLogstashKeys(shared)
  await until(() => open1.status().state === 'live', 'published')
  await until(async () => (await text('host')) === '10.0.0.1:5044', 'the host is there')
  t.is((await text('ssl_certificate'))?.trim(), (await readFile(server.certificate, 'utf8')).trim())
  t.is(await text('ssl_private_key'), undefined)
  const layout = open()
  await layout.ready
  t.deepEqual(layout.servers.current, [{ host: '10.0.0.1', port: 5044, weight: 1 }])
  await copyFile(renewed.server.certificate, server.certificate)
  const fresh = (await readFile(renewed.server.certificate, 'utf8')).trim()
  await until(async () => (await readFile(layout.tls?.ca ?? '', 'utf8')).trim() === fresh, 'the new one is taken up')
  await open1.leave()
  t.is((await etcd.list('/logstash/')).entries.length, 0)

  await copyFile(renewed.server.key, server.key)
  const open2 = publishLogstashKeys({ ...shared, key: server.key })
  t.teardown(() => open2.leave())
  await until(async () => (await text('ssl_private_key'))?.includes('PRIVATE KEY') === true, 'the key is there')
})

test('a certificate that cannot be published is logged once, and published once it is valid', async t => {
  const { etcd, log } = await startPlace(t)
  const dir = await makeTempDir(t)
  const certificate = join(dir, 'later.pem')
  const publication = publishLogstashKeys({ etcd, host: '10.0.0.1', certificate, log, pollMs: 20 })
  t.teardown(() => publication.leave())
  await until(() => log.lines.length > 0, 'it is logged')
  t.regex(publication.status().lastError ?? '', /later\.pem cannot be read/)
  t.is((await etcd.list('/logstash/')).entries.length, 0)
  await copyFile((await makeCertificates(dir)).server.certificate, certificate)
  await until(async () => (await etcd.list('/logstash/')).entries.length === 2, 'published')
  t.is(log.lines.length, 1)
})
