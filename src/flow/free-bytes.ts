/** Fewer are left to the garbage collector. */
const MIN_FREED_BYTES = 4096

/**
 * Gives the memory of bytes back at once: they are empty from now on. Otherwise it stays until the garbage collector runs,
 * which lets 64 MiB of such memory pile up in each thread. Only for bytes that nobody else uses or writes to. What a socket
 * gave is not such: many reads share a buffer of the size of a pool, so all in one of that size stay.
 */
export function freeBytes({ buffer, byteLength }: Uint8Array): void {
  if (!(buffer instanceof ArrayBuffer) || buffer.byteLength < MIN_FREED_BYTES) return
  if (buffer.byteLength === Buffer.poolSize) return
  if (byteLength === buffer.byteLength || byteLength > Buffer.poolSize / 2) buffer.transfer(0)
}

/** One copy of the parts, which nobody else uses: their memory is given back. */
export function joinAndFree(parts: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(parts)
  for (const part of parts) freeBytes(part)
  return joined
}
