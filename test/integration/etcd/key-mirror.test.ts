import test from 'ava'
import { randomBytes } from 'node:crypto'
import { KeyMirror } from '../../../src/etcd/key-mirror.ts'
import type { Etcd } from '../../../src/etcd/contract.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { startTcpGate } from '../../helpers/peers/tcp-gate.ts'
import { until } from '../../helpers/time/until.ts'

const backoff = { firstMs: 50, maxMs: 300 }

function textOf(mirror: KeyMirror): Record<string, string> {
  return Object.fromEntries([...mirror.entries.current].map(([key, value]) => [key, value.toString()]))
}

async function contentOf(etcd: Etcd, prefix: string): Promise<Record<string, string>> {
  const { entries } = await etcd.list(prefix)
  return Object.fromEntries(entries.map(({ key, value }) => [key, value.toString()]))
}

test('a mirror opens before etcd is up, and logs one line each time etcd stops or starts', async t => {
  const server = await startEtcd(t)
  await server.etcdctl('put', '/m/1', 'one')
  await server.stop()
  const log = makeRecordingLog()
  const mirror = new KeyMirror({ etcd: await openTestEtcd(t, server), prefix: '/m/', log, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.status().state === 'away', 'it is noticed')
  t.regex(mirror.status().lastError ?? '', /refuses connections/)
  await server.restart()
  await mirror.loaded
  t.deepEqual(textOf(mirror), { '/m/1': 'one' })
  await until(() => mirror.status().state === 'live', 'it is live')
  await server.stop()
  await until(() => mirror.status().state === 'away', 'it is noticed again')
  t.deepEqual(textOf(mirror), { '/m/1': 'one' })
  await new Promise(resolve => setTimeout(resolve, 1000)) // several tries
  await server.restart()
  await server.etcdctl('put', '/m/2', 'two')
  await until(() => mirror.entries.current.size === 2, 'it is followed again')
  await until(() => mirror.status().state === 'live', 'it is watched again')
  t.is(mirror.status().lastError, undefined)
  t.deepEqual(
    log.lines.map(({ level, message }) => `${level}: ${message}`),
    [
      'warn: cannot follow the keys in etcd; continuing with the last known state',
      'info: following the keys in etcd again',
      'warn: cannot follow the keys in etcd; continuing with the last known state',
      'info: following the keys in etcd again',
    ],
  )
})

test('a mirror whose revision was compacted while it was cut off lists the keys again and notices deletions', async t => {
  const server = await startEtcd(t)
  const gate = await startTcpGate(t, server.port)
  const direct = await openTestEtcd(t, server)
  const etcd = await openTestEtcd(t, { endpoints: [`http://127.0.0.1:${gate.port}`] })
  await direct.put('/m/old', 'x')
  await direct.put('/m/kept', 'x')
  const mirror = new KeyMirror({ etcd, prefix: '/m/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.status().state === 'live', 'live')
  gate.close()
  await until(() => mirror.status().state === 'away', 'cut off')
  await direct.delete('/m/old')
  for (let index = 0; index < 50; index++) await direct.put('/m/new', String(index))
  const { revision } = await direct.list('/m/')
  await server.etcdctl('compaction', revision)
  t.deepEqual(textOf(mirror), { '/m/old': 'x', '/m/kept': 'x' })
  gate.open()
  await until(() => mirror.status().state === 'live', 'back')
  t.deepEqual(textOf(mirror), { '/m/kept': 'x', '/m/new': '49' })
})

test('a mirror notices a network that drops packets, and catches up afterwards', async t => {
  const server = await startEtcd(t)
  const gate = await startTcpGate(t, server.port)
  const direct = await openTestEtcd(t, server)
  const etcd = await openTestEtcd(t, { endpoints: [`http://127.0.0.1:${gate.port}`], timeoutMs: patience(3000) })
  const mirror = new KeyMirror({ etcd, prefix: '/m/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.status().state === 'live', 'live')
  gate.swallow()
  await direct.put('/m/1', 'missed')
  await until(() => mirror.status().state === 'away', 'noticed')
  t.deepEqual(textOf(mirror), {})
  gate.open()
  await until(() => mirror.entries.current.size === 1, 'made up for')
  t.is(textOf(mirror)['/m/1'], 'missed')
})

test('after 10,000 changes with outages of etcd, the mirror equals etcd', async t => {
  const server = await startEtcd(t)
  const writer = await openTestEtcd(t, server)
  const mirror = new KeyMirror({ etcd: await openTestEtcd(t, server), prefix: '/m/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  let changes = 0
  const change = async (index: number): Promise<void> => {
    const key = `/m/${randomBytes(1).toString('hex')}`
    if (index % 5 === 0) await writer.delete(key)
    else await writer.put(key, String(index))
    changes++
  }
  for (let index = 0; index < 10_000; index += 50) {
    await Promise.all(Array.from({ length: 50 }, async (_, n) => await change(index + n)))
    if (index === 5000) {
      await server.kill9()
      await until(() => mirror.status().state === 'away', 'noticed')
      await server.restart()
    }
    if (index === 8000) await server.etcdctl('compaction', (await writer.list('/m/')).revision)
  }
  t.is(changes, 10_000)
  const expected = await contentOf(writer, '/m/')
  await until(
    () => JSON.stringify(sorted(textOf(mirror))) === JSON.stringify(sorted(expected)),
    'the mirror equals etcd',
  )
  t.deepEqual(textOf(mirror), expected)
})

function sorted(record: Record<string, string>): [string, string][] {
  return Object.entries(record).toSorted(([a], [b]) => a.localeCompare(b))
}

test('a mirror whose etcd lost its data follows the new data', async t => {
  const server: EtcdServer = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  for (let index = 0; index < 5; index++) await etcd.put('/m/1', 'x')
  const mirror = new KeyMirror({ etcd, prefix: '/m/', log: silentLog, backoff })
  t.teardown(() => mirror.close())
  await until(() => mirror.status().state === 'live', 'live')
  await server.stop()
  await until(() => mirror.status().state === 'away', 'noticed')
  await server.forget()
  await server.restart()
  await until(() => mirror.status().state === 'live', 'back')
  t.deepEqual(textOf(mirror), {})
  await server.etcdctl('put', '/m/2', 'new')
  await until(() => mirror.entries.current.has('/m/2'), 'followed')
})
