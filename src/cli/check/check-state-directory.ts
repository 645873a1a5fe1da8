import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Finding } from './check-result.ts'

/** Whether this user can keep state there. Mostly warnings, since the service may run as another user. */
export async function inspectDirectory(directory: string, key: string): Promise<readonly Finding[]> {
  const existing = await findExisting(directory)
  const stats = await stat(existing)
  if (!stats.isDirectory()) {
    return [{ severity: 'error', message: `${key}: ${existing} is not a directory` }]
  }
  try {
    await access(existing, constants.W_OK | constants.X_OK)
    return []
  } catch {
    const act = existing === directory ? `write to ${directory}` : `create ${directory}`
    const message = `${key}: this user may not ${act}; check as the user of the service, or give it to that user`
    return [{ severity: 'warning', message }]
  }
}

/** The directory, or its nearest existing parent. */
async function findExisting(directory: string): Promise<string> {
  try {
    await stat(directory)
    return directory
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if ((code !== 'ENOENT' && code !== 'ENOTDIR') || directory === dirname(directory)) return dirname(directory)
    return await findExisting(dirname(directory))
  }
}
