import test from 'ava'
import {
  loadAgentConfig,
  loadAgentStateDir,
  loadCollectorConfig,
  loadCollectorStateDir,
  loadStoreSettings,
} from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'

const EMBEDDED = '"store": {"type": "embedded", "path": "/events.db"}'
const HOMELESS = { ...calm, homeDir: undefined }

const elsewhere = test.macro({
  async exec(t, members: string) {
    const path = await writeConfig(t, `{\n  ${members},\n  "stateDir": "/state",\n  ${EMBEDDED}\n}`)
    t.throws(() => loadCollectorConfig(path, calm), { instanceOf: ConfigError }, 'a collector does not start with it')
    t.deepEqual(loadStoreSettings(path, calm), { type: 'embedded', path: '/events.db', lateAfterMs: 60_000 })
    t.is(loadCollectorStateDir(path, calm), '/state')
  },
  title: (given = '') => `the store and the state directory are read in spite of ${given}`,
})

const enrolment = (text: string) => `"listen": "127.0.0.1", "Enrolment": {"caFingerprint": ${text}}`
test('a missing variable in enrolment', elsewhere, enrolment('"$CA_FINGERPRINT"'))
test(
  'a credential outside the unit',
  elsewhere,
  '"listen": "127.0.0.1", "tls": {"certificate": "/c", "key": "${CREDENTIALS_DIRECTORY}/key"}',
)
test(
  'a secret that cannot be read',
  elsewhere,
  `"listen": "127.0.0.1", "discovery": {"etcd": {"endpoints": ["http://a:1"], "user": "u", "passwordFile": "/nowhere"}}`,
)
test('an unknown key', elsewhere, '"listen": "127.0.0.1", "frobnicate": 1')
test('wrong values of several keys', elsewhere, '"listen": 7, "limits": {"connections": -1}, "keepalive": "soon"')

test("an agent's state directory is read in spite of problems in other parts", async t => {
  const path = await writeConfig(t, '{"network": {"servers": ["$NO_SUCH_SERVER"]}, "files": 7, "stateDir": "/state"}')
  t.throws(() => loadAgentConfig(path, calm), { instanceOf: ConfigError })
  t.is(loadAgentStateDir(path, calm), '/state')
  const collector = await writeConfig(t, `{"listen": "127.0.0.1", ${EMBEDDED}}`)
  t.throws(() => loadAgentStateDir(collector, calm), { instanceOf: ConfigError })
})

test('a configuration with a store alone is enough to search it', async t => {
  const path = await writeConfig(t, `{${EMBEDDED}}`)
  t.deepEqual(loadStoreSettings(path, HOMELESS), { type: 'embedded', path: '/events.db', lateAfterMs: 60_000 })
})

test('a store without a path is in the state directory', async t => {
  const path = await writeConfig(t, '{"listen": 7, "stateDir": "/state"}')
  t.deepEqual(loadStoreSettings(path, calm), { type: 'embedded', path: '/state/events.db', lateAfterMs: 60_000 })
})

const refused = test.macro({
  async exec(t, text: string, message: RegExp) {
    const path = await writeConfig(t, text)
    t.throws(() => loadStoreSettings(path, HOMELESS), { instanceOf: ConfigError, message })
  },
  title: (given = '') => `${given} stops a search`,
})

test(
  'a configuration with a misspelt store',
  refused,
  '{"listen": "127.0.0.1", "stroe": {"type": "embedded"}}',
  /stroe is not a known key; did you mean "store"\?/,
)
test(
  'a store of an unknown type',
  refused,
  '{"store": {"type": "sqlite"}}',
  /expected one of "embedded", "elasticsearch", found "sqlite"/,
)
test(
  'a store with a missing variable',
  refused,
  '{"store": {"type": "$STORE_TYPE"}}',
  /found ""\n.*has no variable STORE_TYPE/,
)
test(
  'a store with an unreadable password',
  refused,
  '{"store": {"type": "elasticsearch", "hosts": ["https://es:1"], "user": "u", "passwordFile": "/nowhere"}}',
  /passwordFile.*\/nowhere/,
)
test(
  'a store whose hosts are in etcd',
  refused,
  '{"discovery": {"etcd": {"endpoints": ["http://a:1"]}}, "store": {"type": "elasticsearch"}}',
  /store\.hosts is missing: expected a list such as .*; only a collector finds hosts in etcd/,
)
test('an unusable state directory', refused, '{"store": {}}', /stateDir is missing/)
test("an agent's configuration", refused, '{"files": []}', /shows that this is an agent's configuration/)
test('a text with a mistake of syntax elsewhere', refused, `{"tls": {"key": "a" "b"}, ${EMBEDDED}}`, /:1:\d+: /)

test('a problem in an included file counts where it is in the part that is read', async t => {
  const store = await writeConfig(t, '{"store": {"path": 7}}')
  const other = await writeConfig(t, '{"tls": {"key": "$NOTHING"}}')
  const path = await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', include: [store, other] }))
  const error = t.throws(() => loadStoreSettings(path, calm), { instanceOf: ConfigError })
  t.deepEqual(
    error?.problems.map(({ position }) => position?.file),
    [store],
  )
})
