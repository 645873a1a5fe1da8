import { existsSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { systemCodeOf } from '../disk/disk-error.ts'
import { syncDirectory } from '../disk/private-directory.ts'

/**
 * Renames a damaged database and its -wal to `<path>.damaged-<UTC time>`: a person can inspect it, and a new one can take
 * its place. Returns the new name; undefined where there was nothing to rename.
 */
export function renameDamaged(path: string, nowMs: number = Date.now()): string | undefined {
  const target = freeName(`${path}.damaged-${formatTime(nowMs)}`)
  const isKept = [renameIfThere(path, target), renameIfThere(`${path}-wal`, `${target}-wal`)].includes(true)
  rmSync(`${path}-shm`, { force: true }) // only an index of the -wal: SQLite makes it again
  if (!isKept) return undefined
  syncDirectory(dirname(path))
  return target
}

function freeName(wanted: string): string {
  let name = wanted
  for (let n = 2; existsSync(name) || existsSync(`${name}-wal`); n++) name = `${wanted}-${n}`
  return name
}

function renameIfThere(from: string, to: string): boolean {
  try {
    renameSync(from, to)
    return true
  } catch (error) {
    if (systemCodeOf(error) === 'ENOENT') return false
    throw error
  }
}

function formatTime(nowMs: number): string {
  return new Date(nowMs).toISOString().replace(/[-:]|\.\d+/g, '')
}
