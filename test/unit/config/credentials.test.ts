import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadAgentConfig, loadCollectorConfig } from '../../../src/config/load.ts'
import { ConfigError } from '../../../src/config/text/problem.ts'
import { calmSurroundings, writeConfig } from '../../helpers/process/config-text.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

const agent = `{
  "network": {"tls": {"ca": "/ca.pem", "certificate": "/c.pem", "key": "\${CREDENTIALS_DIRECTORY}/client.key"},
    "servers": ["a:1"]},
  "files": [{"paths": ["/a"]}]
}`

test('a setting that names a file accepts a credential of systemd', async t => {
  const path = await writeConfig(t, agent)
  const environment = { CREDENTIALS_DIRECTORY: '/run/credentials/forwarder.service' }
  const { settings } = loadAgentConfig(path, { ...calmSurroundings, environment })
  t.is(settings.network.tls?.key, '/run/credentials/forwarder.service/client.key')
})

test('a secret is read from its credential, each time the configuration is read', async t => {
  const dir = await makeTempDir(t)
  await writeFile(join(dir, 'es'), 'geheim\n', { mode: 0o400 })
  const store =
    '{"type": "elasticsearch", "hosts": ["https://es:9200"], "user": "u", "passwordFile": "$CREDENTIALS_DIRECTORY/es"}'
  const path = await writeConfig(t, `{"listen": "127.0.0.1:1", "store": ${store}}`)
  const read = () => {
    const { settings } = loadCollectorConfig(path, { ...calmSurroundings, environment: { CREDENTIALS_DIRECTORY: dir } })
    return settings.store.type === 'elasticsearch' && settings.store.auth.kind === 'basic'
      ? settings.store.auth.password.reveal()
      : undefined
  }
  t.is(read(), 'geheim')
  await writeFile(join(dir, 'fresh'), 'neu\n')
  await writeFile(path, `{"listen": "127.0.0.1:1", "store": ${store.replace('/es"', '/fresh"')}}`)
  t.is(read(), 'neu')
})

test("without systemd's directory, the error names the setting and the line for the unit that fixes it", async t => {
  const path = await writeConfig(t, agent)
  const error = t.throws(() => loadAgentConfig(path, calmSurroundings), { instanceOf: ConfigError })
  t.is(error?.problems.length, 1)
  t.like(error?.problems[0]?.position, { line: 2, column: 73 })
  t.regex(
    error?.message ?? '',
    /"key" uses a credential .* add LoadCredential=client\.key:\/etc\/forwarder\/client\.key to \[Service\] of the unit/u,
  )
})
