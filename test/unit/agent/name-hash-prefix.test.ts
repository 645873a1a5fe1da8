import test from 'ava'
import { rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { NameHashPrefix } from '../../../src/agent/name-hash-prefix.ts'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
import { makeCertificates } from '../../helpers/trust/certificates.ts'
import { makeTempDir } from '../../helpers/files/temp-dir.ts'

test('new file ids begin with the hash of the name in the certificate, as it is at that moment', async t => {
  const dir = await makeTempDir(t)
  const { client } = await makeCertificates(dir)
  const other = await issueClientCertificate({ dir: join(dir, 'tls'), name: 'Web7.Example' })
  const names = new NameHashPrefix({ tls: () => client, requestedName: () => undefined })
  t.is(names.current(), hashName('agent'))
  await rename(other.certificate, client.certificate)
  t.is(names.current(), hashName('web7.example'), 'in lower case')
})

test('before the certificate of an enrolment is there, the name that is requested counts', async t => {
  const dir = await makeTempDir(t)
  const { client } = await makeCertificates(dir)
  const path = join(dir, 'identity.pem')
  const names = new NameHashPrefix({ tls: () => ({ certificate: path, key: path }), requestedName: () => 'web1' })
  t.is(names.current(), hashName('web1'))
  await rename(client.certificate, path)
  t.is(names.current(), hashName('agent'))
  await rm(path)
  t.is(names.current(), hashName('web1'))
})

test('without a certificate that is shown, file ids begin with nothing', async t => {
  const { client, ca } = await makeCertificates(await makeTempDir(t))
  for (const tls of [undefined, { ca }, { certificate: client.certificate }, { key: client.key }])
    t.is(new NameHashPrefix({ tls: () => tls, requestedName: () => undefined }).current(), '')
})
