import { createHash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { makeTempDir } from '../files/temp-dir.ts'

/** A registry of Filebeat with these files; gives its directory. */
export async function makeStore(t: ExecutionContext, files: Readonly<Record<string, string>>): Promise<string> {
  const dir = join(await makeTempDir(t), 'registry')
  const store = join(dir, 'filebeat')
  await mkdir(store, { recursive: true })
  const all = { 'meta.json': '{"version":"1"}', ...files }
  for (const [name, text] of Object.entries(all)) await writeFile(join(store, name), text)
  return dir
}

/** An operation of its log. */
export const set = (id: number, key: string, value: object) =>
  `{"op":"set","id":${id}}\n{"k":${JSON.stringify(key)},"v":${JSON.stringify(value)}}\n`

export const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')
export const cursorAt = (source = '', offset = 0): object => ({ ttl: 1, cursor: { offset }, meta: { source } })
/** Of the input `a`. */
export const fingerprintKey = (hash: string): string => `filestream::a::fingerprint::${hash}`
