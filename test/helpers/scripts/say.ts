import { writeSync } from 'node:fs'

/** Writes a line to standard output before it returns, also where the reader is slow: then the pipe is full for a while. */
export function say(line: string): void {
  for (let rest = Buffer.from(`${line}\n`); rest.length > 0;) rest = rest.subarray(writeOrWait(rest))
}

/** The number of bytes that were written; 0 after a short wait for a full pipe. */
function writeOrWait(bytes: Buffer): number {
  try {
    return writeSync(1, bytes)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5)
    return 0
  }
}
