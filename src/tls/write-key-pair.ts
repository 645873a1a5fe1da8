import { existsSync } from 'node:fs'
import { DiskError } from '../disk/disk-error.ts'
import { writeWholeFile } from '../disk/whole-file.ts'
import type { KeyPair } from './certificate-maker.ts'
import { TlsError } from './tls-error.ts'

/** Paths of a certificate and its key. */
export interface PairPaths {
  readonly certificate: string
  readonly key: string
}

/**
 * Writes both files (mode 0600), each whole: a program that reads one sees the old or the new one. A file that exists is an
 * error unless `overwrite`; then nothing is written.
 */
export async function writePair(paths: PairPaths, pair: KeyPair, overwrite: boolean): Promise<void> {
  const taken = [paths.key, paths.certificate].find(path => existsSync(path))
  if (taken !== undefined && !overwrite) throw makeExistsError(taken)
  await place(paths.key, pair.key, overwrite)
  await place(paths.certificate, pair.certificate, overwrite)
}

async function place(path: string, text: string, overwrite: boolean): Promise<void> {
  try {
    await writeWholeFile(path, text, { overwrite })
  } catch (cause) {
    if (!(cause instanceof DiskError)) throw cause
    // The file may have appeared since `writePair` looked.
    if (cause.code === 'disk_exists') throw makeExistsError(path)
    throw new TlsError('files', cause.message, { cause })
  }
}

function makeExistsError(path: string): TlsError {
  return new TlsError(
    'refused',
    `${path} exists, and replacing it would destroy a key that may be in use: use --overwrite to replace it`,
  )
}
