import test from 'ava'
import { appendFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { issueClientCertificate } from '../../../src/tls/file-authority.ts'
import { hashName } from '../../../src/tls/name-hash.ts'
import { addsUpIn } from '../../helpers/files/byte-account.ts'
import { startShipping } from '../../helpers/process/shipping.ts'

test("an agent's ids begin with the hash of the name in its certificate, and a file keeps its id when the name changes", async t => {
  const shipping = await startShipping(t)
  const [first, second] = [join(shipping.logs, '1.log'), join(shipping.logs, '2.log')]
  await appendFile(first, 'one\n')
  await shipping.startAgent()
  await shipping.waitForCount(1)
  const tls = join(shipping.dir, 'tls')
  const other = await issueClientCertificate({ dir: tls, name: 'renamed' })
  await rename(other.key, join(tls, 'client-agent.key'))
  await rename(other.certificate, join(tls, 'client-agent.pem'))
  await appendFile(first, 'two\n')
  await appendFile(second, 'three\n')
  await shipping.waitForCount(3)
  const begins = new Map((await shipping.readStored()).map(({ id, message }) => [message, id.slice(0, -18)]))
  t.is(begins.get('one'), hashName('agent'))
  t.is(begins.get('two'), hashName('agent'))
  // Over a connection that was made with the earlier certificate, the collector puts the hash of that name before it.
  t.true(begins.get('three')?.endsWith(hashName('renamed')), begins.get('three'))
  await addsUpIn(t, shipping.agent)
})
