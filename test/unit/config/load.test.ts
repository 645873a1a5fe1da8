import { mkdir, writeFile } from 'node:fs/promises'
import { inspect } from 'node:util'
import { join } from 'node:path'
import test from 'ava'
import { loadAgentConfig, loadCollectorConfig, loadConfig } from '../../../src/config/load.ts'
import type { AgentSettings } from '../../../src/config/settings.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings as calm, writeConfig } from '../../helpers/process/config-text.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const AGENT = '{"network": {"servers": ["logs:5043"]}, "files": [{"paths": ["/var/log/a.log"]}]}'
const COLLECTOR = '{"listen": "127.0.0.1"}'

/** The settings of the configuration in the first test. */
const OLD_SETTINGS: AgentSettings = {
  role: 'agent',
  discovery: { kind: 'static', servers: [{ host: 'logstash.example.com', port: 10_101 }] },
  network: {
    balance: 'random',
    maxConnectionAgeMs: 1_800_000,
    tls: {
      certificate: '/opt/logstash/ssl/logstash-forwarder.crt',
      key: '/opt/logstash/ssl/logstash-forwarder.key',
      ca: '/opt/logstash/ssl/logstash-forwarder.crt',
    },
    timeoutMs: 15_000,
    protocol: 2,
    wireForm: 'auto',
    compressionLevel: 1,
    windowsInFlight: 4,
  },
  files: [
    {
      paths: ['/opt/app/sinatra.log'],
      exclude: [],
      fields: { type: 'syslog' },
      deadTimeMs: 86_400_000,
      startPosition: 'beginning',
      maxLineBytes: 1_048_576,
      archives: false,
    },
  ],
  host: 'box',
  spoolSize: 8192,
  durability: 'disk',
  onLostState: 'stop',
  pollIntervalMs: 1000,
  stateDir: '/home/someone/.local/state/forwarder/agent',
  shutdownTimeoutMs: 5000,
  metrics: undefined,
  log: { level: 'info', format: 'auto', syslog: false },
}

test("a configuration of logstash-forwarder's time works unchanged", async t => {
  const path = await writeConfig(
    t,
    `{
  "network": {
    "servers": [ "logstash.example.com:10101" ],
    "ssl certificate": "/opt/logstash/ssl/logstash-forwarder.crt",
    "ssl key": "/opt/logstash/ssl/logstash-forwarder.key",
    "ssl ca": "/opt/logstash/ssl/logstash-forwarder.crt",
    "timeout": 15
  },

  "files": [
    {
      "paths": [
        "/opt/app/sinatra.log"
      ],
      "fields": { "type": "syslog" }
    }
  ]
}
`,
  )
  const { settings, warnings } = loadAgentConfig(path, calm)
  t.deepEqual(warnings, [])
  t.deepEqual(settings, OLD_SETTINGS)
})

test('keys are read in any letter case, comments are skipped, and null counts as absent', async t => {
  const path = await writeConfig(
    t,
    `# the whole file
{
  "NETWORK": {"Servers": ["a:1"], "SSL CA": "/ca", "timeout": null},
    # "files": []
  "Files": [{"Paths": ["/a#b"], "Dead Time": "1h30m", "fields": {"Type": "x", "type": "y"}}]
}`,
  )
  const { settings } = loadAgentConfig(path, calm)
  t.deepEqual(settings.network.tls, { ca: '/ca' })
  t.is(settings.network.timeoutMs, 15_000)
  t.is(settings.files[0]?.deadTimeMs, 5_400_000)
  t.deepEqual(settings.files[0]?.fields, { Type: 'x', type: 'y' })
  t.deepEqual(settings.files[0]?.paths, ['/a#b'])
})

test('empty text and a timeout of 0 count as absent where logstash-forwarder ignored them', async t => {
  const network = '{"servers": ["a:1"], "ssl certificate": "", "ssl key": "", "ssl ca": "", "timeout": 0}'
  const path = await writeConfig(t, `{"network": ${network}, "files": [{"paths": ["/a"], "dead time": ""}]}`)
  const { settings, warnings } = loadAgentConfig(path, calm)
  t.deepEqual(warnings, [])
  t.deepEqual(settings.network.tls, {})
  t.is(settings.network.timeoutMs, 15_000)
  t.is(settings.files[0]?.deadTimeMs, 86_400_000)
})

test('a variable may hold any part of the text, and two dollar signs mean one', async t => {
  const path = await writeConfig(
    t,
    '{"network": {"servers": $SERVERS}, "files": [{"paths": ["/a"], "fields": {"a": "${A}b", "b": "$$A", "c": "1$"}}]}',
  )
  const environment = { SERVERS: '["a:1", "b:2"]', A: 'x' }
  const { settings, warnings } = loadAgentConfig(path, { ...calm, environment })
  t.deepEqual(warnings, [])
  t.is(settings.discovery.kind === 'static' && settings.discovery.servers.length, 2)
  t.deepEqual(settings.files[0]?.fields, { a: 'xb', b: '$A', c: '1$' })
})

test('positions in messages refer to the file, even after replaced variables', async t => {
  const path = await writeConfig(
    t,
    '{"network": {"servers": ["$LONG:1"],\n "tls": "$TLS", "x": 1}, "files": [{"paths": ["/a"]}]}',
  )
  const environment = { LONG: 'long.example.com', TLS: 'on' }
  const error = t.throws(() => loadConfig(path, { ...calm, environment }), { instanceOf: ConfigError })
  const places = error?.problems.map(({ position }) => [position?.line, position?.column])
  t.deepEqual(places, [
    [2, 9],
    [2, 17],
  ])
})

test('an unset variable is replaced by nothing, with a warning at its position', async t => {
  const path = await writeConfig(
    t,
    '{"network": {"servers": ["a:1"]}, "files": [{"paths": ["/a"], "fields": {"x": "$NONE"}}]}',
  )
  const { settings, warnings } = loadAgentConfig(path, calm)
  t.deepEqual(settings.files[0]?.fields, { x: '' })
  t.is(warnings.length, 1)
  t.like(warnings[0]?.position, { line: 1, column: 80 })
  t.regex(warnings[0]?.message ?? '', /no variable NONE/)
})

test("a syntax error inside a variable's value names the variable without showing its value", async t => {
  const path = await writeConfig(t, '{"listen": "$SECRET"}')
  const error = t.throws(() => loadConfig(path, { ...calm, environment: { SECRET: 'geheim"geheim' } }), {
    instanceOf: ConfigError,
  })
  t.regex(error?.message ?? '', /in the value of the environment variable SECRET/)
  t.notRegex(error?.message ?? '', /geheim/)
})

test('a byte order mark at the beginning of a configuration is skipped', async t => {
  const path = await writeConfig(t, `\uFEFF${AGENT}`)
  t.is(loadConfig(path, calm).settings.role, 'agent')
})

test('a key named __proto__ changes no prototype', async t => {
  const path = await writeConfig(t, '{"listen": "127.0.0.1", "__proto__": {"polluted": true}}')
  t.throws(() => loadConfig(path, calm), { message: /__proto__ is not a known key/ })
  t.false('polluted' in {})
})

test("the other role's configuration is an error that names the right command", async t => {
  const agent = await writeConfig(t, AGENT)
  const collector = await writeConfig(t, COLLECTOR)
  t.throws(() => loadCollectorConfig(agent, calm), {
    message: `${agent}:1:2: "network" shows that this is an agent's configuration; run: forwarder agent --config ${agent}`,
  })
  t.throws(() => loadAgentConfig(collector, calm), {
    message: `${collector}:1:2: "listen" shows that this is a collector's configuration; run: forwarder collector --config ${collector}`,
  })
})

test('a collector uses the embedded store in its state directory by default', async t => {
  const { settings } = loadCollectorConfig(await writeConfig(t, COLLECTOR), { ...calm, isRoot: true })
  t.deepEqual(settings.listen, [{ host: '127.0.0.1', port: 5044 }])
  t.is(settings.tls, undefined)
  t.deepEqual(settings.store, { type: 'embedded', path: '/var/lib/forwarder/collector/events.db', lateAfterMs: 60_000 })
  t.true(settings.limits.eventBytes >= 10 * 1024 * 1024)
})

test('relative paths start at the working directory, but state is not kept there by default', async t => {
  const path = await writeConfig(
    t,
    '{"network": {"servers": ["a:1"], "ssl ca": "ca.pem"}, "files": [{"paths": ["logs/*.log", "-"], "exclude": ["*.gz", "logs/x*"]}]}',
  )
  const { settings } = loadAgentConfig(path, { ...calm, environment: { XDG_STATE_HOME: 'relative' } })
  t.deepEqual(settings.files[0]?.paths, ['/srv/dir/logs/*.log', '-'])
  t.deepEqual(settings.files[0]?.exclude, ['*.gz', '/srv/dir/logs/x*'])
  t.is(settings.network.tls?.ca, '/srv/dir/ca.pem')
  t.is(settings.stateDir, '/home/someone/.local/state/forwarder/agent')
})

test('global fields are in every group, whose own fields take precedence', async t => {
  const path = await writeConfig(
    t,
    '{"network": {"servers": ["a:1"]}, "fields": {"env": "prod", "n": 1}, "files": [{"paths": ["/a"], "fields": {"env": "test", "o": {"p": [true]}}}]}',
  )
  t.deepEqual(loadAgentConfig(path, calm).settings.files[0]?.fields, { env: 'test', n: 1, o: { p: [true] } })
})

test('a secret is read from its file and never printed', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'secret'), 's3cret\n', { mode: 0o600 })
  const store = { type: 'elasticsearch', hosts: ['https://es:9200/'], apiKeyFile: join(dir, 'secret') }
  const path = await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', store }))
  const { settings } = loadCollectorConfig(path, calm)
  t.true(settings.store.type === 'elasticsearch' && settings.store.auth.kind === 'apiKey')
  if (settings.store.type !== 'elasticsearch' || settings.store.auth.kind !== 'apiKey') return
  t.is(settings.store.auth.apiKey.reveal(), 's3cret')
  t.deepEqual(settings.store.hosts, ['https://es:9200'])
  t.notRegex(JSON.stringify(settings) + inspect(settings, { depth: 9 }) + String(settings.store.auth.apiKey), /s3cret/)
})

for (const [what, content] of [
  ['with a byte order mark', '\uFEFFs3cret'],
  ['with the line end of Windows', 's3cret\r\n'],
  ['with both', '\uFEFFs3cret\r\n'],
]) {
  test(`a secret in a file ${what} is read without it`, async t => {
    const dir = await makeTempDir(t)
    await writeFile(join(dir, 'secret'), content ?? '', { mode: 0o600 })
    const store = { type: 'elasticsearch', hosts: ['https://es:9200'], apiKeyFile: join(dir, 'secret') }
    const { settings } = loadCollectorConfig(await writeConfig(t, JSON.stringify({ listen: '127.0.0.1', store })), calm)
    const auth = settings.store.type === 'elasticsearch' ? settings.store.auth : undefined
    t.is(auth?.kind === 'apiKey' ? auth.apiKey.reveal() : '', 's3cret')
  })
}

const warned = test.macro<[string, RegExp]>({
  async exec(t, text, message) {
    const { warnings } = loadConfig(await writeConfig(t, text), calm)
    t.is(warnings.length, 1)
    t.regex(warnings[0]?.message ?? '', message)
  },
  title: (given = '') => `${given} causes a warning`,
})

const inNetwork = (rest: string) => `{"network": {"servers": ["a:1"], ${rest}}, "files": [{"paths": ["/a"]}]}`
test('an agent without TLS', warned, inNetwork('"tls": false'), /TLS is off/)
test(
  'half a pair of the old ssl keys, which logstash-forwarder accepted,',
  warned,
  inNetwork('"ssl key": "/k"'),
  /shows no certificate/,
)
test('a duplicate server', warned, AGENT.replace('"logs:5043"', '"a:1", "a:1"'), /a:1 is listed twice/)
test('standard input in two places', warned, AGENT.replace('"/var/log/a.log"', '"-", "-"'), /read once/)
test('a path that is a directory', warned, AGENT.replace('a.log', ''), /names a directory/)
test('a collector with plain text on a public address', warned, '{"listen": "0.0.0.0", "tls": false}', /TLS is off/)
test(
  'a store without a port',
  warned,
  '{"listen": "[::1]", "store": {"type": "elasticsearch", "hosts": ["http://es"]}}',
  /port 80/,
)
test(
  'a secret over plain HTTP',
  warned,
  '{"listen": "[::1]", "store": {"type": "elasticsearch", "hosts": ["http://es:9200"], "bearer": "x"}}',
  /in plain text/,
)

test('a file that is too large, not UTF-8 or missing, and an empty directory, are errors', async t => {
  const large = await writeConfig(t, ' '.repeat(10 * 1024 * 1024 + 1))
  t.throws(() => loadConfig(large, calm), { message: /larger than 10 MiB/ })
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'utf16'), Buffer.from('\uFEFF{}', 'utf16le'))
  t.throws(() => loadConfig(join(dir, 'utf16'), calm), { message: /is not UTF-8 text/ })
  t.throws(() => loadConfig(join(dir, 'none'), calm), { message: /there is no .*none; --config takes/ })
  await mkdir(join(dir, 'empty'))
  t.throws(() => loadConfig(join(dir, 'empty'), calm), { message: /has no configuration in it/ })
})
