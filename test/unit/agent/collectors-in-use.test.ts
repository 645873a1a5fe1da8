import test, { type ExecutionContext } from 'ava'
import { CollectorsInUse } from '../../../src/agent/collectors-in-use.ts'
import { type FindingSettings, isSameFinding } from '../../../src/agent/find-collectors.ts'
import { loadAgentConfig } from '../../../src/config/load.ts'
import type { AgentSettings } from '../../../src/config/settings.ts'
import { createSecret } from '../../../src/config/values/secret.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'
import { makeRecordingLog } from '../../helpers/process/recording-log.ts'

interface Written {
  readonly servers: readonly string[]
  readonly ca?: string
  readonly paths?: readonly string[]
}

async function readSettings(t: ExecutionContext, { servers, ca, paths = ['/a'] }: Written): Promise<AgentSettings> {
  const files = paths.length === 0 ? [] : [{ paths }]
  const config = { network: { servers, tls: ca === undefined ? false : { ca } }, files, stateDir: '/state' }
  return loadAgentConfig(await writeConfig(t, JSON.stringify(config)), calmSurroundings).settings
}

async function open(t: ExecutionContext, written: Written): Promise<CollectorsInUse> {
  const collectors = await CollectorsInUse.open(await readSettings(t, written), makeRecordingLog())
  t.teardown(() => collectors.close())
  return collectors
}

const hostsOf = ({ servers }: CollectorsInUse) => servers.current.map(({ host }) => host)

test('an agent without files knows no collector until there is something to send', async t => {
  const collectors = await open(t, { servers: ['a:1'], paths: [] })
  t.deepEqual(hostsOf(collectors), [])
  collectors.wake()
  t.deepEqual(hostsOf(collectors), ['a'])
})

test('the first entry of "files" wakes the links', async t => {
  const collectors = await open(t, { servers: ['a:1'], paths: [] })
  await collectors.change(await readSettings(t, { servers: ['a:1'] }))
  t.false(collectors.isAsleep)
  t.deepEqual(hostsOf(collectors), ['a'])
})

test('changed servers replace the earlier ones, and equal settings change nothing', async t => {
  const collectors = await open(t, { servers: ['a:1'], ca: '/ca.pem' })
  const { tls } = collectors
  await collectors.change(await readSettings(t, { servers: ['a:1'], ca: '/ca.pem' }))
  t.is(collectors.tls, tls)
  await collectors.change(await readSettings(t, { servers: ['b:1'], ca: '/other.pem' }))
  t.deepEqual(hostsOf(collectors), ['b'])
  t.is(collectors.tls?.ca, '/other.pem')
})

function findBy(token: string, password: string): FindingSettings {
  const etcd = { endpoints: ['http://a:1'], layout: 'forwarder', prefix: '/f', user: 'u' } as const
  const enrolment = { name: 'web1', caFingerprint: 'ab', token: createSecret(token) }
  const discovery = { kind: 'etcd', etcd: { ...etcd, password: createSecret(password) } } as const
  return { discovery, enrolment, tls: undefined, stateDir: '/state' }
}

test('settings with equal secrets are equal, and a changed token or password is a change', t => {
  t.true(isSameFinding(findBy('t', 'p'), findBy('t', 'p')))
  t.false(isSameFinding(findBy('t', 'p'), findBy('other', 'p')))
  t.false(isSameFinding(findBy('t', 'p'), findBy('t', 'other')))
})
