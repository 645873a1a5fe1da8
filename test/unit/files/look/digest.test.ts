import { crc32 } from 'node:zlib'
import test from 'ava'
import fc from 'fast-check'
import { cutDigest, digestOfNuls, joinDigests } from '../../../../src/files/look/digest.ts'

const bytes = fc.uint8Array({ maxLength: 300 })

test('the digests of two parts, joined, are the digest of the whole', t => {
  const law = fc.property(bytes, bytes, (one, other) => {
    t.is(joinDigests(crc32(one), crc32(other), other.length), crc32(Buffer.concat([one, other])))
  })
  t.notThrows(() => fc.assert(law))
})

test('the digest of a whole without its second part is the digest of the first', t => {
  const law = fc.property(bytes, bytes, (one, other) => {
    t.is(cutDigest(crc32(Buffer.concat([one, other])), crc32(other), other.length), crc32(one))
  })
  t.notThrows(() => fc.assert(law))
})

test('the digest of NULs is that of as many zero bytes', t => {
  for (const length of [0, 1, 2, 3, 255, 256, 70_001]) t.is(digestOfNuls(length), crc32(Buffer.alloc(length)))
})

test('a part of more than 4 GiB is joined by its true length', t => {
  const half = 2 ** 32 + 12_345
  t.is(joinDigests(digestOfNuls(half), digestOfNuls(half), half), digestOfNuls(2 * half))
})
