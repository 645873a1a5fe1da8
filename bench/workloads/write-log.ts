import { open } from 'node:fs/promises'

const BYTES_PER_WRITE = 1 << 20

/** The text of a line without its newline; numbers count from 0. */
export type MakeLine = (number: number) => string

export interface Written {
  readonly lines: number
  readonly bytes: number
}

/** Writes lines from number `from` on until the file has at least `bytes`. */
export async function writeLog(path: string, makeLine: MakeLine, { from = 0, bytes = 0 }): Promise<Written> {
  await using file = await open(path, 'wx')
  const written = { lines: 0, bytes: 0 }
  while (written.bytes < bytes) {
    const { text, lines } = makeText(makeLine, from + written.lines, Math.min(BYTES_PER_WRITE, bytes - written.bytes))
    await file.writeFile(text)
    written.lines += lines
    written.bytes += text.length
  }
  return written
}

function makeText(makeLine: MakeLine, from: number, bytes: number): { text: Buffer; lines: number } {
  const parts: Buffer[] = []
  for (let length = 0; length < bytes; length += parts.at(-1)?.length ?? 0) {
    parts.push(Buffer.from(`${makeLine(from + parts.length)}\n`))
  }
  return { text: Buffer.concat(parts), lines: parts.length }
}
