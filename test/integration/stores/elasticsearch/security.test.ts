// Users, rights and TLS, on an Elasticsearch with security. OpenSearch's answers to the same are rows of the unit tests.
import { createClient } from '../../../../src/stores/elasticsearch/http/client.ts'
import { findInGenerations } from '../../../../src/stores/elasticsearch/index/find-existing-ids.ts'
import { X509Certificate } from 'node:crypto'
import test from 'ava'
import type { ElasticsearchOptions, Target } from '../../../../src/stores/elasticsearch/options.ts'
import { createElasticsearchStore } from '../../../../src/stores/elasticsearch/store.ts'
import { makeCertificates } from '../../../helpers/trust/certificates.ts'
import { makeRecordingLog } from '../../../helpers/process/recording-log.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import {
  PASSWORD,
  type SecuredElasticsearch,
  startSecuredElasticsearch,
} from '../../../helpers/servers/secured-elasticsearch.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeEvents } from '../../../helpers/stores/store-events.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const never = new AbortController().signal
const versions = listServerVersions().filter(
  ({ kind, version }) => kind === 'elasticsearch' && Number.parseInt(version, 10) >= 8,
)

test('there is a version with security to test, or FORWARDER_TEST_VERSIONS names others', t => {
  t.true(versions.length > 0 || process.env['FORWARDER_TEST_VERSIONS'] !== undefined)
})

for (const { version } of versions) {
  const name = `elasticsearch ${version}`
  const scope = makeScope()
  let server: SecuredElasticsearch

  test.before(`${name} starts`, async () => {
    server = await startSecuredElasticsearch(scope, version)
  })
  test.after.always(`${name} is gone`, () => scope.end())

  const write = async (options: Partial<ElasticsearchOptions>, id = 'e') => {
    const log = makeRecordingLog()
    const store = await createElasticsearchStore({
      hosts: [server.url],
      target: { kind: 'index', pattern: 'applog-%{+yyyy}' },
      credentials: { kind: 'basic', user: 'shipper', password: PASSWORD },
      tls: { ca: server.certificates.ca },
      log,
      ...options,
    })
    try {
      const [verdict] = await store.write(makeEvents(id, 1), never)
      return { verdict, lines: log.lines }
    } finally {
      await store.close()
    }
  }

  test.serial(`${name}: events are stored with user and password over TLS`, async t => {
    const { verdict } = await write({})
    t.like(verdict, { kind: 'stored' })
  })

  test.serial(`${name}: a missing right to install templates is logged once, and events are stored`, async t => {
    const { verdict, lines } = await write({}, 'warned')
    t.is(verdict?.kind, 'stored')
    t.deepEqual(
      lines.map(line => line.level),
      ['warn'],
    )
    t.regex(lines[0]?.message ?? '', /no right to manage index templates/)
  })

  test.serial(`${name}: a user with the right to install templates installs the template`, async t => {
    const { verdict, lines } = await write(
      { credentials: { kind: 'basic', user: 'keeper', password: PASSWORD } },
      'kept',
    )
    t.is(verdict?.kind, 'stored')
    t.deepEqual(
      lines.map(line => line.message),
      ['installed the index template'],
    )
  })

  test.serial(`${name}: with a wrong password events are held, and the remedy names the setting`, async t => {
    const { verdict } = await write({ credentials: { kind: 'basic', user: 'shipper', password: 'wrong' } })
    t.is(verdict?.kind, 'held')
    t.regex(JSON.stringify(verdict), /401 security_exception.*check the user and password/s)
    t.notRegex(JSON.stringify(verdict), /wrong/)
  })

  test.serial(`${name}: without credentials, or with an invalid API key or token, events are held`, async t => {
    for (const credentials of [
      { kind: 'apiKey', key: 'id:key' },
      { kind: 'bearer', token: 'token' },
    ] as const) {
      const { verdict } = await write({ credentials })
      t.regex(JSON.stringify(verdict), /"held".*401/s)
    }
  })

  test.serial(
    `${name}: without the right to write to an index events are held, and the remedy names the rights`,
    async t => {
      const { verdict } = await write({ target: { kind: 'index', pattern: 'other' } })
      t.regex(JSON.stringify(verdict), /"held".*"other".*403 security_exception.*create documents/s)
    },
  )

  test.serial(`${name}: with an authority that did not sign the server's certificate events are held`, async t => {
    const other = await makeCertificates(await makeTempDir(t))
    const { verdict } = await write({ tls: { ca: other.ca } })
    t.regex(JSON.stringify(verdict), /"held".*check .*ca/s)
  })

  test.serial(`${name}: the fingerprint of the authority is enough to trust the server`, async t => {
    const { fingerprint256 } = new X509Certificate(server.ca)
    const { verdict } = await write({ tls: { caFingerprint: fingerprint256 } }, 'finger')
    t.is(verdict?.kind, 'stored')
    const bare = await write({ tls: { caFingerprint: fingerprint256.replaceAll(':', '').toLowerCase() } }, 'finger2')
    t.is(bare.verdict?.kind, 'stored')
  })

  test.serial(`${name}: another fingerprint, or that of the server's own certificate, is not trusted`, async t => {
    const { verdict } = await write({ tls: { caFingerprint: 'ab'.repeat(32) } })
    t.is(verdict?.kind, 'held')
    t.regex(JSON.stringify(verdict), /no certificate that 127\.0\.0\.1 sends has the SHA-256/)
  })

  test.serial(
    `${name}: the collector sends its certificate, which an authority trusted by the server must have signed`,
    async t => {
      const { ca, client } = server.certificates
      const { verdict } = await write({ tls: { ...client, ca } }, 'shown')
      t.is(verdict?.kind, 'stored')
      const stranger = await makeCertificates(await makeTempDir(t))
      const refused = await write({ tls: { ...stranger.client, ca } }, 'strange')
      t.not(refused.verdict?.kind, 'stored')
      t.regex(JSON.stringify(refused.verdict), /certificate|alert|TLS|closed/i)
    },
  )

  test.serial(`${name}: plain HTTP to a TLS port counts as no answer, with a reason`, async t => {
    const { verdict } = await write({ hosts: [server.url.replace('https', 'http')] })
    t.is(verdict?.kind, 'retry')
  })

  test.serial(
    `${name}: a missing right to read a rolling target is logged with its consequence, at least once`,
    async t => {
      const target: Target = { kind: 'dataStream', name: 'stream-a' }
      const keeper = { kind: 'basic', user: 'keeper', password: PASSWORD } as const
      const prepared = await write({ target, credentials: keeper })
      t.is(prepared.verdict?.kind, 'stored')
      t.false(prepared.lines.some(line => line.message.includes('at least once')))
      const { verdict, lines } = await write({ target }, 'unread')
      t.is(verdict?.kind, 'stored')
      t.true(lines.some(line => line.message.includes('at least once')))
    },
  )

  test.serial(`${name}: looking for existing ids distinguishes a missing right from other failures`, async t => {
    const client = await createClient({
      hosts: [server.url],
      target: { kind: 'dataStream', name: 'stream-a' },
      credentials: { kind: 'basic', user: 'shipper', password: PASSWORD },
      tls: { ca: server.certificates.ca },
      log: makeRecordingLog(),
    })
    t.teardown(() => client.close())
    const query = { target: 'stream-a', ids: ['a'], sinceMs: Date.now() }
    await t.throwsAsync(findInGenerations(client, query, never), { code: 'forbidden' })
  })
}
