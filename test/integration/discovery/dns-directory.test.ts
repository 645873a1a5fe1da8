import test from 'ava'
import { openDirectory } from '../../../src/discovery/open-directory.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { startDnsServer } from '../../helpers/servers/dns-server.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { until } from '../../helpers/time/until.ts'

const refreshMs = 50

test('each address of a name is a server that keeps the name', async t => {
  const server = await startDnsServer(t)
  server.setAddresses('logs.example.org', ['10.0.0.1', '10.0.0.2'])
  server.setAddresses('more.example.org', ['10.0.0.9'])
  const names = [
    { host: 'logs.example.org', port: 5044 },
    { host: 'more.example.org', port: 5045 },
  ]
  const directory = openDirectory({ kind: 'dns', names, refreshMs, dns: server.names, log: silentLog })
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length > 0, 'they are known')
  t.deepEqual(directory.servers.current, [
    { host: 'logs.example.org', port: 5044, address: '10.0.0.1', weight: 1 },
    { host: 'logs.example.org', port: 5044, address: '10.0.0.2', weight: 1 },
    { host: 'more.example.org', port: 5045, address: '10.0.0.9', weight: 1 },
  ])
  t.like(directory.status(), {
    source: 'the DNS: logs.example.org:5044, more.example.org:5045',
    servers: 3,
    isLive: true,
  })
})

test('a list in another order is not a change, and another list is', async t => {
  const server = await startDnsServer(t)
  server.setAddresses('logs', ['10.0.0.1', '10.0.0.2', '10.0.0.3'])
  const names = [{ host: 'logs', port: 5044 }]
  const directory = openDirectory({ kind: 'dns', names, refreshMs, dns: server.names, log: silentLog })
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length === 3, 'they are known')
  let changes = 0
  directory.servers.onChange(() => changes++)
  server.setAddresses('logs', ['10.0.0.3', '10.0.0.1', '10.0.0.2'])
  const asked = server.questionCount
  await until(() => server.questionCount >= asked + 3, 'it is asked again')
  t.is(changes, 0)
  server.setAddresses('logs', ['10.0.0.3', '10.0.0.4'])
  await until(() => changes > 0, 'the change is seen')
  t.deepEqual(
    directory.servers.current.map(({ address }) => address),
    ['10.0.0.3', '10.0.0.4'],
  )
})

for (const mood of ['silent', 'servfail'] as const) {
  test(`the last good answer of the DNS is kept while a server is ${mood}, and that is logged once`, async t => {
    const server = await startDnsServer(t)
    server.setAddresses('logs', ['10.0.0.1'])
    const log = makeRecordingLog()
    const names = [{ host: 'logs', port: 5044 }]
    const directory = openDirectory({ kind: 'dns', names, refreshMs, dns: server.names, log })
    t.teardown(() => directory.close())
    await until(() => directory.status().isLive, 'they are known')
    server.setMood(mood)
    await until(() => !directory.status().isLive, 'noticed')
    const asked = server.questionCount
    await until(() => server.questionCount >= asked + 2, 'asked again')
    t.is(directory.servers.current.length, 1)
    t.regex(directory.status().lastError ?? '', /the DNS cannot be asked for logs now/)
    server.setMood('well')
    await until(() => directory.status().isLive, 'back')
    t.deepEqual(
      log.lines.map(({ level }) => level),
      ['warn', 'info'],
    )
  })
}

test('one name that fails does not affect the others', async t => {
  const server = await startDnsServer(t)
  server.setAddresses('good', ['10.0.0.1'])
  const names = ['bad', 'good'].map(host => ({ host, port: 5044 }))
  const directory = openDirectory({ kind: 'dns', names, refreshMs, dns: server.names, log: silentLog })
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length === 1, 'the good one is known')
  t.like(directory.status(), {
    isLive: false,
    lastError: 'the name bad does not exist: check its spelling and the DNS',
  })
})

test('the servers of a service are ordered by priority and weight, and follow its changes', async t => {
  const server = await startDnsServer(t)
  const name = '_lumberjack._tcp.example.org'
  server.setServices(name, [
    { priority: 20, weight: 5, port: 5044, name: 'spare.example.org' },
    { priority: 10, weight: 1, port: 5044, name: 'small.example.org' },
    { priority: 10, weight: 3, port: 5045, name: 'large.example.org' },
  ])
  const log = makeRecordingLog()
  const directory = openDirectory({ kind: 'srv', name, refreshMs, dns: server.names, log })
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length > 0, 'they are known')
  t.deepEqual(directory.servers.current.slice(0, 2), [
    { host: 'large.example.org', port: 5045, weight: 3 },
    { host: 'small.example.org', port: 5044, weight: 1 },
  ])
  t.is(directory.servers.current[2]?.host, 'spare.example.org')
  t.true((directory.servers.current[2]?.weight ?? 1) < 0.001)
  server.setServices(name, [{ priority: 0, weight: 0, port: 5044, name: '.' }])
  await until(() => !directory.status().isLive, 'the service is taken back')
  t.is(directory.servers.current.length, 3)
  t.regex(log.lines[0]?.fields['reason'] as string, /the DNS has no server for/)
  server.setServices(name, [{ priority: 0, weight: 0, port: 5046, name: 'new.example.org' }])
  await until(() => directory.status().isLive, 'there is another')
  t.deepEqual(
    directory.servers.current.map(({ host }) => host),
    ['new.example.org'],
  )
})

test('a name from /etc/hosts is resolved', async t => {
  const directory = openDirectory({ kind: 'dns', names: [{ host: 'localhost', port: 5044 }], log: silentLog })
  t.teardown(() => directory.close())
  await until(() => directory.servers.current.length > 0, 'localhost is known')
  t.true(directory.servers.current.some(({ address }) => address === '127.0.0.1' || address === '::1'))
})
