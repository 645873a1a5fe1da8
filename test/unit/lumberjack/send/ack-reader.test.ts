import test from 'ava'
import fc from 'fast-check'
import { AckReader } from '../../../../src/lumberjack/send/ack-reader.ts'
import { encodeAck } from '../../../../src/lumberjack/wire/frames.ts'

const sequences = fc.array(fc.nat(0xffffffff), { maxLength: 10 })
const cuts = fc.array(fc.integer({ min: 1, max: 13 }), { maxLength: 80 })

function split(bytes: Buffer, sizes: readonly number[]): Buffer[] {
  const chunks: Buffer[] = []
  let at = 0
  for (const size of sizes) chunks.push(bytes.subarray(at, (at += size)))
  return [...chunks, bytes.subarray(at)]
}

for (const protocol of [1, 2] as const)
  test(`acks of protocol ${protocol} are read for any split of the input`, t => {
    fc.assert(
      fc.property(sequences, cuts, (numbers, sizes) => {
        const reader = new AckReader(protocol)
        const bytes = Buffer.concat(numbers.map(number => encodeAck(protocol, number)))
        t.deepEqual(
          split(bytes, sizes).flatMap(chunk => [...reader.read(chunk)]),
          numbers,
        )
      }),
    )
  })

test('random bytes are an error at the first one that cannot belong to an ack, and never a number', t => {
  const first = fc.integer({ min: 0, max: 255 }).filter(byte => byte !== 0x32)
  fc.assert(
    fc.property(first, fc.uint8Array({ maxLength: 20 }), (byte, rest) => {
      const reader = new AckReader(2)
      const error = t.throws(() => [...reader.read(Buffer.from([byte, ...rest]))], { code: 'protocol' })
      t.regex(error?.message ?? '', /an ack of Lumberjack version 2 was expected/)
    }),
  )
})

test('the error for bytes that are not an ack shows them', t => {
  const { message } = t.throws(() => [...new AckReader(2).read(Buffer.from('HTTP/1.1 400'))]) ?? { message: '' }
  t.true(message.includes('485454502f31 ("HTTP/1") came'), message)
})

test('the error for TLS where plain text was expected names TLS', t => {
  t.throws(() => [...new AckReader(2).read(Buffer.from('150303000202', 'hex'))], {
    message: /that is TLS, so set `tls`/,
  })
})

test('a client of protocol 1 accepts only keep-alives among the acks of version 2', t => {
  const reader = new AckReader(1)
  t.deepEqual([...reader.read(Buffer.concat([encodeAck(2, 0), encodeAck(1, 7)]))], [0, 7])
  t.throws(() => [...reader.read(encodeAck(2, 7))], {
    code: 'protocol',
    message: /only a keep-alive may be of the other version/,
  })
})

test('the error for bytes that are not an ack suspects no server that has acked before', t => {
  const reader = new AckReader(2)
  const bytes = Buffer.concat([encodeAck(2, 1), Buffer.from('HTTP/1')])
  for (const read of [
    () => [...reader.read(bytes)],
    () => [...new AckReader(2, { isKnown: true }).read(bytes.subarray(6))],
  ]) {
    const { message } = t.throws(read, { code: 'protocol' }) ?? { message: '' }
    t.regex(message, /\("HTTP\/1"\) came: the server has acked before, so see its log/)
  }
})

test('a keep-alive does not prove that a server is a collector', t => {
  t.throws(() => [...new AckReader(2).read(Buffer.concat([encodeAck(2, 0), Buffer.from('HTTP/1')]))], {
    message: /no Lumberjack collector of that protocol listens there/,
  })
})
