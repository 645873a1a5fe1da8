import { randomBytes } from 'node:crypto'
import { link, rename, rm, writeFile } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import type { KeyPair } from './certificate-maker.ts'
import { TlsError } from './tls-error.ts'

/** Where a certificate and its key lie. */
export interface PairPaths {
  readonly certificate: string
  readonly key: string
}

/**
 * Writes both files, mode 0600, each whole or not at all: a program that reads them at this moment sees the old or the new
 * one. A file that exists is an error unless `overwrite`; then nothing is written.
 */
export async function writePair(paths: PairPaths, pair: KeyPair, overwrite: boolean): Promise<void> {
  const taken = [paths.key, paths.certificate].find(path => existsSync(path))
  if (taken !== undefined && !overwrite) throw existsError(taken)
  await place(paths.key, pair.key, overwrite)
  await place(paths.certificate, pair.certificate, overwrite)
}

async function place(path: string, text: string, overwrite: boolean): Promise<void> {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
    if (overwrite) await rename(fresh, path)
    else await link(fresh, path) // fails where the file exists, even if it came between our look and now
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException
    if (code === 'EEXIST') throw existsError(path)
    throw new TlsError('files', `${path} can't be written: ${message}`, { cause })
  } finally {
    await rm(fresh, { force: true })
  }
}

function existsError(path: string): TlsError {
  return new TlsError(
    'refused',
    `${path} exists, and a key that is in use must not vanish: replace it with --overwrite if that is meant`,
  )
}
