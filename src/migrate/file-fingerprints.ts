import { createHash } from 'node:crypto'
import type { FileGroup } from '../files/contract.ts'
import { readFully } from '../files/look/identity.ts'
import { withContent } from './candidate-content.ts'
import type { FingerprintRange } from './contract.ts'

interface Readable {
  readonly path: string
  readonly group?: FileGroup
}

/** Files by fingerprint; of several with the same one, the first. */
export async function indexFingerprints<File extends Readable>(
  files: Iterable<File>,
  range: FingerprintRange,
): Promise<ReadonlyMap<string, File>> {
  const index = new Map<string, File>()
  for (const file of files) {
    const bytes = await readRange(file, range)
    if (bytes.length < range.length) continue
    const hash = createHash('sha256').update(bytes).digest('hex')
    if (!index.has(hash)) index.set(hash, file)
  }
  return index
}

/** True where the fingerprint dates from when the file was shorter than the range (Filebeat 9.5 and later). */
export async function isEarlierFingerprint(file: Readable, hash: string, range: FingerprintRange): Promise<boolean> {
  const bytes = await readRange(file, range)
  const earlier = createHash('sha256')
  for (let length = 1; length <= Math.min(bytes.length, range.length - 1); length++) {
    earlier.update(bytes.subarray(length - 1, length).toString('hex'))
    if (earlier.copy().digest('hex') === hash) return true
  }
  return false
}

async function readRange(file: Readable, { start, length }: FingerprintRange): Promise<Buffer> {
  try {
    return await withContent(file, handle => readFully(handle, start, length))
  } catch {
    return Buffer.alloc(0) // an unreadable file cannot be the one: taking it over would fail anyway
  }
}
