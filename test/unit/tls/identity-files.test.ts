import test from 'ava'
import { identityDirectory, identityFiles, isIdentityFile } from '../../../src/tls/identity-files.ts'

test('each file of an identity is in its directory and is recognised', t => {
  const files = identityFiles('/var/lib/forwarder/agent')
  t.is(identityDirectory('/var/lib/forwarder/agent'), '/var/lib/forwarder/agent/identity')
  for (const path of Object.values(files)) {
    t.true(path.startsWith('/var/lib/forwarder/agent/identity/'), path)
    t.true(isIdentityFile(path), path)
  }
})

test("a file of the same name elsewhere is not an identity's, nor is another file in its directory", t => {
  for (const path of [undefined, '/etc/forwarder/identity.pem', '/state/identity/client.pem', '/state/identity'])
    t.false(isIdentityFile(path), path)
})
