import test from 'ava'
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openEtcd } from '../../../src/etcd/client.ts'
import type { Etcd } from '../../../src/etcd/contract.ts'
import { registerKey } from '../../../src/discovery/leased-key.ts'
import { constant } from '../../../src/flow/watched-value.ts'
import { silentLog } from '../../../src/telemetry/log.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'
import { openTestEtcd } from '../../helpers/servers/etcd-client.ts'
import { type EtcdServer, startEtcd } from '../../helpers/servers/etcd.ts'
import { patience } from '../../helpers/time/patience.ts'
import { makeScope } from '../../helpers/process/scope.ts'
import { makeTrustPlace } from '../../helpers/trust/trust.ts'
import { until } from '../../helpers/time/until.ts'

const prefix = '/forwarder'
const scope = makeScope()
let server: EtcdServer

/** The commands of docs/trust-commands.md as they stand there, but for the address of etcd. */
async function readCommands(endpoint: string): Promise<string> {
  const page = await readFile(join(import.meta.dirname, '../../../docs/trust-commands.md'), 'utf8')
  const lines = page.split('\n').filter(line => /^ {4}(?:export ETCDCTL|etcdctl )/u.test(line))
  return lines.join('\n').replace('http://127.0.0.1:2379', endpoint)
}

function open(role?: 'agent' | 'collector' | 'signer'): Promise<Etcd> {
  const login = role && { user: `forwarder-${role}`, password: `${role.toUpperCase()}-PASSWORD` }
  return openEtcd({ endpoints: server.endpoints, log: silentLog, timeoutMs: patience(5000), ...login })
}

test.before(async () => {
  server = await startEtcd(scope)
  const commands = await readCommands(server.endpoint)
  const cwd = await makeTempDir(scope)
  for (const user of ['agent', 'collector', 'signer', 'root'])
    await writeFile(join(cwd, `${user}.password`), `${user.toUpperCase()}-PASSWORD\n`, { mode: 0o600 })
  await promisify(execFile)('bash', ['-ec', commands], { cwd })
  const root = await openTestEtcd(scope, { ...server, user: 'root', password: 'ROOT-PASSWORD' })
  for (const key of ['trust', 'collectors/other', 'answers/other', 'requests/other', 'elasticsearch/hosts', 'signer'])
    await root.put(`${prefix}/${key}`, 'x')
  await root.delete(`${prefix}/signer`)
  await root.put('/elsewhere', 'x')
})
test.after.always(() => scope.end())

test('each etcd user of docs/trust-commands.md has the rights that its role needs', async t => {
  const place = await makeTrustPlace(t, server.endpoints)
  const [asAgent, asCollector, asSigner] = await Promise.all([open('agent'), open('collector'), open('signer')])
  t.teardown(() => [asAgent, asCollector, asSigner].forEach(etcd => etcd.close()))
  const signer = await place.startSigner({ etcd: asSigner, prefix })
  const agent = place.join('web1', { etcd: asAgent, prefix, token: place.token() })
  const token = place.token({ kind: 'collector', patterns: ['logs*'] })
  const collector = place.join('logs1', { role: 'collector', names: ['logs1'], etcd: asCollector, prefix, token })
  const registration = registerKey({
    etcd: asCollector,
    key: `${prefix}/collectors/logs1`,
    value: constant('{}'),
    log: silentLog,
  })
  await Promise.all([agent.ready, collector.ready])
  const before = agent.serial.current
  agent.renewNow()
  await until(() => agent.serial.current !== before, 'it is renewed')
  const isListed = async () =>
    (await asAgent.list(`${prefix}/collectors/`)).entries.some(({ key }) => key.endsWith('logs1'))
  await until(isListed, 'the agent finds the collector')
  t.is(String(await asAgent.get(`${prefix}/elasticsearch/hosts`)), 'x')
  await registration.leave()
  t.false(await isListed())
  await until(() => signer.status().pending === 0, 'the signer has deleted the requests')
  await signer.close()
  t.is(await asSigner.get(`${prefix}/signer`), undefined)
})

type Act = 'read' | 'write' | 'delete'
const attempts: ['agent' | 'collector' | 'signer', Act, string[]][] = [
  ['agent', 'write', ['trust', 'collectors/other', 'collectors/new', 'answers/other', 'signer', 'elasticsearch/hosts']],
  ['agent', 'delete', ['trust', 'collectors/other', 'answers/other', 'elasticsearch/hosts']],
  ['agent', 'read', ['requests/other', 'signer', '']],
  ['collector', 'write', ['trust', 'answers/other', 'signer', 'elasticsearch/hosts']],
  ['collector', 'delete', ['trust', 'answers/other', 'elasticsearch/hosts']],
  ['collector', 'read', ['requests/other', 'signer', '']],
  ['signer', 'write', ['collectors/other', 'elasticsearch/hosts']],
  ['signer', 'read', ['collectors/other', 'elasticsearch/hosts', '']],
]

const acts: Record<Act, (etcd: Etcd, key: string) => Promise<unknown>> = {
  read: (etcd, key) => etcd.list(key),
  write: (etcd, key) => etcd.put(key, 'y'),
  delete: (etcd, key) => etcd.delete(key),
}

for (const [role, act, names] of attempts)
  test(`the ${role}'s user may not ${act} ${names.map(name => name || 'everything').join(', ')}`, async t => {
    const etcd = await open(role)
    t.teardown(() => etcd.close())
    const keys = [...names.map(name => `${prefix}/${name}`), '/elsewhere']
    for (const key of keys) await t.throwsAsync(acts[act](etcd, key), { code: 'denied' }, key)
  })

test('a client without a user can read nothing in etcd', async t => {
  const etcd = await open()
  t.teardown(() => etcd.close())
  await t.throwsAsync(etcd.get(`${prefix}/trust`), { code: 'unauthenticated' })
})
