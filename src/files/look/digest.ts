// The digest of a file's beginning is the CRC-32 of all its bytes up to an offset. It is put together from the checksums
// of the ranges that are journaled, so that no byte is summed up twice.
import { crc32 } from 'node:zlib'

/** The polynomial of CRC-32, its bits reversed: that of x^31 is the lowest. */
const POLYNOMIAL = 0xed_b8_83_20
const ONE = 0x80_00_00_00
const X_TO_THE_8 = 0x00_80_00_00
/** By which x^8 becomes 1. */
const X_TO_THE_MINUS_8 = raise(0xdb_71_06_41, 8)

/** The digest of bytes that are `first` and then `second`, which has `length` bytes. */
export function joinDigests(first: number, second: number, length: number): number {
  return (multiply(raise(X_TO_THE_8, length), first) ^ second) >>> 0
}

/** The digest of the bytes before the last `length` ones, which have the digest `second`. */
export function cutDigest(whole: number, second: number, length: number): number {
  return multiply(raise(X_TO_THE_MINUS_8, length), whole ^ second)
}

export function digestOfNuls(length: number): number {
  let digest = 0
  let [run, runLength] = [crc32(Buffer.alloc(1)), 1]
  for (let rest = length; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) digest = joinDigests(digest, run, runLength)
    run = joinDigests(run, run, runLength)
    runLength *= 2
  }
  return digest
}

/** Of polynomials over GF(2), modulo that of CRC-32. */
function multiply(one: number, other: number): number {
  let product = 0
  let shifted = other
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((one & bit) !== 0) product ^= shifted
    shifted = (shifted & 1) === 0 ? shifted >>> 1 : (shifted >>> 1) ^ POLYNOMIAL
  }
  return product >>> 0
}

function raise(base: number, exponent: number): number {
  let [power, square] = [ONE, base]
  for (let rest = exponent; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) power = multiply(square, power)
    square = multiply(square, square)
  }
  return power
}
