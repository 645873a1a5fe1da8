/** A copy that keeps nothing else in memory. A slice keeps its whole buffer, and a short copy of Node's a pool of 64 KiB. */
export function copyBytes(bytes: Buffer): Buffer {
  const copy = Buffer.allocUnsafeSlow(bytes.length)
  bytes.copy(copy)
  return copy
}
