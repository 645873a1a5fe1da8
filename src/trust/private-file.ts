import { randomBytes } from 'node:crypto'
import { readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { StateError } from '../sqlite/error.ts'
import { errorCode, syncDirectory } from '../sqlite/private-file.ts'

/**
 * Replaces the file, mode 0600: whoever reads sees the old or the new one, also after a power cut. Throws a StateError, of
 * the same words for the same reason.
 */
export function writePrivateFile(path: string, text: string): void {
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    writeFileSync(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
    renameSync(fresh, path)
  } catch (cause) {
    const reason = (cause as Error).message.replaceAll(fresh, path)
    const remedy = 'make room there, or give the user that runs forwarder the right to write'
    throw new StateError('state_unusable', path, `${path} cannot be written (${reason}); ${remedy}`, cause)
  } finally {
    rmSync(fresh, { force: true })
  }
  syncDirectory(dirname(path))
}

/** Undefined where there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** A process that was killed while it wrote leaves what it had: it may hold a key, and nobody reads it any more. */
export function removeLeftovers(dir: string): void {
  for (const name of readdirSync(dir)) if (LEFTOVER.test(name)) rmSync(join(dir, name), { force: true })
}

const LEFTOVER = /\.[0-9a-f]{12}\.new$/
