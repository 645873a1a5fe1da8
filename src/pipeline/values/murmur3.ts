// MurmurHash3 for x64, 128 bits, seed 0: the public-domain algorithm of Austin Appleby.

const C1 = 0x87c37b91114253d5n
const C2 = 0x4cf5ad432745937fn
const BLOCK = 16

/** The two halves of the hash, the first byte of each the most significant. */
export function murmur3(bytes: Buffer): Buffer {
  let one = 0n
  let two = 0n
  const whole = bytes.length - (bytes.length % BLOCK)
  for (let at = 0; at < whole; at += BLOCK) {
    one = add(rotate(one ^ mixFirst(bytes.readBigUInt64LE(at)), 27n) + two, 0n)
    one = add(one * 5n, 0x52dce729n)
    two = add(rotate(two ^ mixSecond(bytes.readBigUInt64LE(at + 8)), 31n) + one, 0n)
    two = add(two * 5n, 0x38495ab5n)
  }
  const tail = Buffer.alloc(BLOCK)
  bytes.copy(tail, 0, whole)
  two ^= mixSecond(tail.readBigUInt64LE(8))
  one ^= mixFirst(tail.readBigUInt64LE(0))
  return finish(one, two, BigInt(bytes.length))
}

function finish(first: bigint, second: bigint, length: bigint): Buffer {
  let one = add(first ^ length, second ^ length)
  let two = add(second ^ length, one)
  one = avalanche(one)
  two = avalanche(two)
  one = add(one, two)
  two = add(two, one)
  const hash = Buffer.alloc(BLOCK)
  hash.writeBigUInt64BE(one, 0)
  hash.writeBigUInt64BE(two, 8)
  return hash
}

function mixFirst(block: bigint): bigint {
  return multiply(rotate(multiply(block, C1), 31n), C2)
}

function mixSecond(block: bigint): bigint {
  return multiply(rotate(multiply(block, C2), 33n), C1)
}

function avalanche(value: bigint): bigint {
  const first = multiply(value ^ (value >> 33n), 0xff51afd7ed558ccdn)
  const second = multiply(first ^ (first >> 33n), 0xc4ceb9fe1a85ec53n)
  return second ^ (second >> 33n)
}

function add(one: bigint, other: bigint): bigint {
  return BigInt.asUintN(64, one + other)
}

function multiply(one: bigint, other: bigint): bigint {
  return BigInt.asUintN(64, one * other)
}

function rotate(value: bigint, bits: bigint): bigint {
  return BigInt.asUintN(64, value << bits) | (value >> (64n - bits))
}
