import test from 'ava'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { watchStoreHosts } from '../../../src/discovery/etcd-store-hosts.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { startEtcd } from '../../helpers/servers/etcd.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { until } from '../../helpers/time/until.ts'

const key = '/elasticsearch/host'

test('the hosts of a store are followed and saved, and stay when the key is bad or missing', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const stateDir = await makeTempDir(t)
  const log = makeRecordingLog()
  await etcd.put(key, '10.0.0.1')
  await etcd.put(`${key}s`, 'another key with the same beginning')
  const first = watchStoreHosts({ etcd, key, stateDir, allowsPlainText: true, log })
  await until(() => first.hosts.current.length > 0, 'known')
  t.deepEqual(first.hosts.current, ['http://10.0.0.1:9200'])
  await etcd.put(key, '["https://es1:9200", "es2"]')
  await until(() => first.hosts.current.length === 2, 'changed')
  t.deepEqual(first.hosts.current, ['https://es1:9200', 'http://es2:9200'])
  await etcd.put(key, 'http://user:geheim@es1:9200')
  await until(() => log.lines.length === 1, 'it is logged')
  t.notRegex(JSON.stringify(log.lines), /geheim/)
  await etcd.delete(key)
  await until(() => first.status().lastError !== undefined, 'the deletion is seen')
  t.is(first.hosts.current.length, 2)
  await etcd.put(key, 'es3')
  await until(() => first.hosts.current[0] === 'http://es3:9200', 'changed again')
  await first.close()
  const path = join(stateDir, 'store-hosts.json')
  t.is((await stat(path)).mode & 0o777, 0o600)
  t.regex(await readFile(path, 'utf8'), /http:\/\/es3:9200/)

  await server.stop()
  const second = watchStoreHosts({ etcd, key, stateDir, allowsPlainText: true, log })
  t.teardown(() => second.close())
  await until(() => second.hosts.current.length > 0, 'remembered')
  t.deepEqual(second.hosts.current, ['http://es3:9200'])
  t.false(second.status().isLive)
})

test('hosts that were saved for another key are not used', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const stateDir = await makeTempDir(t)
  await etcd.put(key, 'es1')
  const first = watchStoreHosts({ etcd, key, stateDir, allowsPlainText: true, log: makeRecordingLog() })
  await until(() => first.hosts.current.length > 0, 'known')
  await first.close()
  await server.stop()
  const log = makeRecordingLog()
  const other = watchStoreHosts({ etcd, key: '/other', stateDir, allowsPlainText: true, log })
  t.teardown(() => other.close())
  await until(() => other.status().lastError !== undefined, 'etcd is away')
  await new Promise(resolve => setTimeout(resolve, 1200))
  t.deepEqual(other.hosts.current, [])
})

test('where plain text is not allowed, only https hosts are taken from etcd, or from what was saved of it', async t => {
  const server = await startEtcd(t)
  const etcd = await openTestEtcd(t, server)
  const stateDir = await makeTempDir(t)
  const log = makeRecordingLog()
  const watch = (allowsPlainText: boolean) => watchStoreHosts({ etcd, key, stateDir, allowsPlainText, log })
  await etcd.put(key, 'https://es1:9200')
  const first = watch(false)
  await until(() => first.hosts.current.length > 0, 'known')
  for (const value of [
    'http://127.0.0.1:22999',
    'es1:9200',
    '["https://es1:9200", "HTTP://es2"]',
    'https://es1, es2',
  ]) {
    const before = log.lines.length
    await etcd.put(key, value)
    await until(() => log.lines.length > before, `${value} is refused`)
    t.regex(JSON.stringify(log.lines.at(-1)), /is plain text, .*allowPlainHosts/)
    t.deepEqual(first.hosts.current, ['https://es1:9200'])
  }
  await etcd.put(key, 'HTTPS://es3:9200')
  await until(() => first.hosts.current[0] === 'https://es3:9200', 'changed')
  await first.close()
  await etcd.put(key, 'http://es4:9200')
  const open = watch(true)
  await until(() => open.hosts.current[0] === 'http://es4:9200', 'allowed')
  await open.close()
  await server.stop()
  const closed = watch(false)
  t.teardown(() => closed.close())
  await until(() => closed.status().lastError !== undefined, 'etcd is away')
  await until(
    () => log.lines.some(({ message }) => /store-hosts|saved|file/.test(message)),
    'the saved hosts are refused',
  )
  t.deepEqual(closed.hosts.current, [])
})
