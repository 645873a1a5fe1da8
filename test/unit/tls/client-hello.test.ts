import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { once } from 'node:events'
import { type Socket, createServer } from 'node:net'
import { type ConnectionOptions, connect } from 'node:tls'
import { findOffers } from '../../../src/tls/client-hello.ts'

/** The first bytes of a client with these options. */
async function helloOf(t: ExecutionContext, options: ConnectionOptions): Promise<Buffer> {
  const server = createServer().listen(0, '127.0.0.1')
  t.teardown(() => server.close())
  await once(server, 'listening')
  const client = connect({ port: (server.address() as { port: number }).port, host: '127.0.0.1', ...options })
  client.on('error', () => {}) // nobody answers it
  const [socket] = (await once(server, 'connection')) as [Socket]
  const [hello] = (await once(socket, 'data')) as [Buffer]
  socket.destroy()
  client.destroy()
  return hello
}

const offers = (names: string[], change: ConnectionOptions = {}) => ({ ALPNProtocols: names, ...change })

test('the offers of a client are those of its ALPN extension, with TLS 1.2 as with 1.3', async t => {
  for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
    for (const names of [['h2'], ['forwarder/1'], ['http/1.1', 'forwarder/1', 'x'.repeat(255)]])
      t.deepEqual(findOffers(await helloOf(t, offers(names, { maxVersion, servername: 'localhost' }))), names)
  t.deepEqual(findOffers(await helloOf(t, { servername: 'localhost' })), [])
})

test('the offers are incomplete at every cut, also where the message is split over records', async t => {
  const hello = await helloOf(t, offers(['h2', 'forwarder/1']))
  const message = hello.subarray(5)
  const records: Buffer[] = []
  for (let at = 0; at < message.length; at += 100) {
    const part = message.subarray(at, at + 100)
    records.push(Buffer.of(22, 3, 1, 0, part.length), part)
  }
  for (const bytes of [hello, Buffer.concat(records)]) {
    for (let end = 0; end < bytes.length; end++) t.true('missingBytes' in findOffers(bytes.subarray(0, end)), `${end}`)
    t.deepEqual(findOffers(bytes), ['h2', 'forwarder/1'])
    t.deepEqual(findOffers(Buffer.concat([bytes, Buffer.from('more')])), ['h2', 'forwarder/1'])
  }
})

/** A message of so many bytes in records of one byte each. */
function inSmallRecords(bytes: number): Buffer {
  const message = Buffer.concat([Buffer.of(1, 0, bytes >> 8, bytes & 255), Buffer.alloc(bytes)])
  return Buffer.concat(Array.from(message, byte => Buffer.of(22, 3, 1, 0, 1, byte)))
}

test('a hello that comes byte by byte, in the smallest records, is looked at a hundred times at most', t => {
  for (const bytes of [300, 5000, 30_000]) {
    const hello = inSmallRecords(bytes)
    let looks = 0
    let found = findOffers(hello.subarray(0, 0))
    for (let end = 0; 'missingBytes' in found && end < hello.length; looks++) {
      t.true(found.missingBytes > 0)
      end += found.missingBytes
      found = findOffers(hello.subarray(0, end))
    }
    t.deepEqual(found, [])
    t.true(looks <= 100, `${looks} looks`)
  }
})

test('a hello is not waited for behind a record without content', t => {
  t.deepEqual(findOffers(Buffer.from('1603010000', 'hex')), [])
  t.deepEqual(findOffers(Buffer.from('1603010001011603010000', 'hex')), [])
})

test('bytes that are not a ClientHello offer nothing, and more of them are not waited for', t => {
  for (const text of ['GET / HTTP/1.1\r\n', '2W\0\0\0\x01', '\x15\x03\x01\0\x02\x02\x28', '\x16\x03\x01\0\x01\x02'])
    t.deepEqual(findOffers(Buffer.from(text, 'latin1')), [])
  const endless = Buffer.concat([Buffer.from('1603014000010fffff', 'hex'), Buffer.alloc(40_000, 22)])
  t.deepEqual(findOffers(endless), [])
})

test('a ClientHello in which bytes were changed offers something, or nothing, and no error is thrown', async t => {
  const hello = await helloOf(t, offers(['h2', 'forwarder/1']))
  const change = fc.tuple(fc.nat(hello.length - 1), fc.nat(255))
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 5 }), fc.nat(hello.length), (changes, end) => {
      const bytes = Buffer.from(hello)
      for (const [at, byte] of changes) bytes[at] = byte
      const found = findOffers(bytes.subarray(0, end))
      t.true('missingBytes' in found || Array.isArray(found))
    }),
    { numRuns: 3000 },
  )
})
