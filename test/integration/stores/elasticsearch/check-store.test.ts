// What `forwarder check --connect` says of a store with users and TLS.
import test from 'ava'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makeCertificates } from '../../../helpers/trust/certificates.ts'
import { runInside } from '../../../helpers/process/command-line.ts'
import { findFreePort } from '../../../helpers/servers/java-server.ts'
import { makeScope } from '../../../helpers/process/scope.ts'
import { PASSWORD, startSecuredElasticsearch } from '../../../helpers/servers/secured-elasticsearch.ts'
import { listServerVersions } from '../../../helpers/servers/server-versions.ts'
import { makeTempDir } from '../../../helpers/files/temp-dir.ts'

const version = listServerVersions().find(({ kind }) => kind === 'elasticsearch')

test('check --connect reports the name and version of each host of the store', async t => {
  if (version === undefined) {
    t.pass('another matrix was asked for')
    return
  }
  const scope = makeScope()
  t.teardown(() => scope.end())
  const server = await startSecuredElasticsearch(scope, version.version)
  const dir = await makeTempDir(t)
  const check = async (store: object) => {
    const path = join(dir, 'collector.json')
    const listen = `127.0.0.1:${await findFreePort()}`
    const rest = {
      type: 'elasticsearch',
      hosts: [server.url],
      user: 'shipper',
      password: PASSWORD,
      ca: server.certificates.ca,
    }
    await writeFile(path, JSON.stringify({ listen, tls: false, stateDir: dir, store: { ...rest, ...store } }))
    return await runInside(['check', '--config', path, '--connect'])
  }

  const good = await check({})
  t.is(good.code, 0, good.err)
  t.regex(
    good.out,
    /^https:\/\/127\.0\.0\.1:\d+ … ok: (?:Elasticsearch \d+\.\d+\.\d+|it answers); certificate for "localhost", "127\.0\.0\.1", "::1", signed by "test CA", until /m,
  )
  const password = await check({ password: 'wrong' })
  t.is(password.code, 1)
  t.regex(password.err, /^https:\S+ … the store at https:\S+ refuses the credentials of "store" \(HTTP 401\)$/m)
  const stranger = await check({ ca: (await makeCertificates(join(dir, 'other'))).ca })
  t.is(stranger.code, 1)
  t.regex(
    stranger.err,
    /^https:\S+ … the store at .*certificate for "localhost".*not with the key of that name in the authorities in \S+other/m,
  )
  const plain = await check({ hosts: [server.url.replace('https', 'http')] })
  t.is(plain.code, 1)
  t.regex(plain.err, /^http:\S+ … the store at http:\S+ does not answer: /m)
  const closed = await check({ hosts: [server.url, `https://127.0.0.1:${await findFreePort()}`] })
  t.is(closed.code, 1)
  t.regex(closed.out, /… ok: /)
  t.regex(closed.err, /does not answer: .*ECONNREFUSED/)
})
