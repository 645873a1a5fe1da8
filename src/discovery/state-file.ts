import { randomBytes } from 'node:crypto'
import { chmod, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** Writes it for its owner only (0600, its directory 0700): whole or not at all, also when the power fails. */
export async function writePrivately(path: string, text: string): Promise<void> {
  const dir = dirname(path)
  await mkdir(dir, { recursive: true, mode: 0o700 })
  // Of its own: while settings are exchanged two may write the same file.
  const fresh = `${path}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(fresh, text, { mode: 0o600, flag: 'wx', flush: true })
    await chmod(fresh, 0o600) // whatever the umask
    await rename(fresh, path)
    await syncDirectory(dir)
  } finally {
    await rm(fresh, { force: true })
  }
}

async function syncDirectory(path: string): Promise<void> {
  const dir = await open(path, 'r')
  try {
    await dir.sync()
  } finally {
    await dir.close()
  }
}

/** Undefined where there is none. Throws where it is longer than `maxBytes`, which protects from a file of somebody else's. */
export async function readBounded(path: string, maxBytes: number): Promise<string | undefined> {
  let file
  try {
    file = await open(path, 'r')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { size } = await file.stat()
    if (size > maxBytes) throw new Error(`${path} has ${size} bytes; ${maxBytes} are the most it can have`)
    return await file.readFile('utf8')
  } finally {
    await file.close()
  }
}
