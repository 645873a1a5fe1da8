import { open } from 'node:fs/promises'
import { makeAccessLogLine } from '../../../src/demo/access-log.ts'

export { makeAccessLogLine, readAccessLogNumber } from '../../../src/demo/access-log.ts'

const linesPerWrite = 10_000

/** Lines `from` to `to` (exclusive) of the access log as text, each with its newline. */
export function makeAccessLog(from: number, to: number): string {
  let text = ''
  for (let number = from; number < to; number++) text += `${makeAccessLogLine(number)}\n`
  return text
}

/** Writes the access log from line 0 on until it has at least `bytes`; gives the number of lines and of bytes. */
export async function writeAccessLog(path: string, bytes: number): Promise<{ lines: number; bytes: number }> {
  await using file = await open(path, 'wx')
  const written = { lines: 0, bytes: 0 }
  while (written.bytes < bytes) {
    const text = makeAccessLog(written.lines, written.lines + linesPerWrite)
    await file.writeFile(text)
    written.lines += linesPerWrite
    written.bytes += Buffer.byteLength(text)
  }
  return written
}
