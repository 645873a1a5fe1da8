// Names of files are bytes. A path is text everywhere else: in the registry, in events and in the log. A byte that is not
// UTF-8 is written as `\xHH` in it, and so is a backslash that would look like the beginning of such a byte.
import { isUtf8 } from 'node:buffer'
import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'

const ESCAPE = /\\x[0-9a-f]{2}/
const REPLACEMENT = '\uFFFD'
const LONGEST_CHARACTER = 4

/** The path as the system knows it. */
export function toSystemPath(path: string): string | Buffer {
  if (!ESCAPE.test(path)) return path
  const parts = path.split(/(\\x[0-9a-f]{2})/)
  return Buffer.concat(parts.map((part, i) => (i % 2 === 1 ? Buffer.from(part.slice(2), 'hex') : Buffer.from(part))))
}

export function fromSystemName(name: Buffer): string {
  const text = name.toString()
  if (isUtf8(name)) return text.replace(/\\(?=x[0-9a-f]{2})/g, '\\x5c')
  let escaped = ''
  for (let at = 0; at < name.length;) {
    const character = characterAt(name, at)
    if (character === '\\' && ESCAPE.test(name.toString('latin1', at, at + 4))) escaped += '\\x5c'
    else escaped += character ?? `\\x${name.toString('hex', at, at + 1)}`
    at += character === undefined ? 1 : Buffer.byteLength(character)
  }
  return escaped
}

/** Bytes that are not UTF-8 as one character each, so that a `?` matches one. */
export function toMatchable(path: string): string {
  return path.replaceAll(/\\x(?!5c)[0-9a-f]{2}/g, REPLACEMENT).replaceAll('\\x5c', '\\')
}

/** As `readdir`, with the names of files as paths have them. */
export async function readDirectory(directory: string): Promise<readonly Dirent[]> {
  const path = toSystemPath(directory)
  const entries = await readdir(path, { withFileTypes: true })
  if (!entries.some(({ name }) => name.includes(REPLACEMENT) || ESCAPE.test(name))) return entries
  const exact = await readdir(path, { withFileTypes: true, encoding: 'buffer' })
  return exact.map(entry => Object.assign(Object.create(entry) as Dirent, { name: fromSystemName(entry.name) }))
}

function characterAt(name: Buffer, start: number): string | undefined {
  for (let length = 1; length <= LONGEST_CHARACTER; length++) {
    const bytes = name.subarray(start, start + length)
    if (isUtf8(bytes)) return bytes.toString()
  }
  return undefined
}
