import test from 'ava'
import { freeBytes } from '../../../src/flow/free-bytes.ts'

test('bytes with a buffer of their own are empty once they are freed', t => {
  for (const size of [4096, 40_000, 100_000]) {
    const bytes = Buffer.allocUnsafeSlow(size)
    freeBytes(bytes)
    t.is(bytes.length, 0, `${size}`)
  }
})

test('bytes of a pool stay', t => {
  const bytes = Buffer.allocUnsafe(5000).fill(1)
  freeBytes(bytes)
  t.is(bytes[4999], 1)
})

test('bytes in a buffer that sockets share stay, however large a part of it they are', t => {
  for (const size of [40_000, Buffer.poolSize]) {
    const shared = Buffer.allocUnsafeSlow(Buffer.poolSize)
    freeBytes(shared.subarray(0, size))
    t.is(shared.length, Buffer.poolSize)
  }
})
