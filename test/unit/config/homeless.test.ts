import test, { type ExecutionContext } from 'ava'
import { loadAgentConfig, loadCaConfig, loadCollectorConfig, type LoadOptions } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'

// As in a container that has no list of users: nothing says where a home directory would be.
const homeless: LoadOptions = { ...calmSurroundings, homeDir: undefined }

const writeAgent = async (t: ExecutionContext, more: object = {}) =>
  await writeConfig(t, JSON.stringify({ network: { servers: ['a:1'] }, files: [{ paths: ['/a'] }], ...more }))

const missing =
  'stateDir is missing: expected a path, because this user has no home directory for state: HOME is not set, and the system does not list the user'

test('without a home directory, stateDir is required', async t => {
  const path = await writeAgent(t)
  const error = t.throws(() => loadAgentConfig(path, homeless), { instanceOf: ConfigError })
  t.is(error.message, `${path}:1:1: ${missing}`)
  const collector = await writeConfig(t, '{"listen": "127.0.0.1:5044", "store": {"type": "embedded"}}')
  const refused = t.throws(() => loadCollectorConfig(collector, homeless), { instanceOf: ConfigError })
  t.is(refused.message, `${collector}:1:1: ${missing}`)
})

test('with stateDir, no home directory is needed', async t => {
  const given = await writeAgent(t, { stateDir: '/srv/state' })
  t.is(loadAgentConfig(given, homeless).settings.stateDir, '/srv/state')
})

test('root, and a user with XDG_STATE_HOME, need no home directory for state', async t => {
  const path = await writeAgent(t)
  t.is(loadAgentConfig(path, { ...homeless, isRoot: true }).settings.stateDir, '/var/lib/forwarder/agent')
  const environment = { XDG_STATE_HOME: '/srv/xdg' }
  t.is(loadAgentConfig(path, { ...homeless, environment }).settings.stateDir, '/srv/xdg/forwarder/agent')
})

test('an authority keeps its state beside its key', async t => {
  const path = await writeConfig(
    t,
    '{"ca": {"dir": "/srv/ca"}, "discovery": {"etcd": {"endpoints": ["http://127.0.0.1:2379"]}}}',
  )
  t.is(loadCaConfig(path, homeless).settings.stateDir, '/srv/ca')
})

test('without a home directory, a wrong stateDir is reported once', async t => {
  const path = await writeAgent(t, { stateDir: 7 })
  const error = t.throws(() => loadAgentConfig(path, homeless), { instanceOf: ConfigError })
  t.deepEqual(
    error.problems.map(({ message }) => message),
    ['stateDir: expected a path, found 7'],
  )
})
