import { fchownSync, type Stats } from 'node:fs'

/**
 * Where root runs, the file belongs to the owner of its directory: a command that an operator runs as root must not
 * shut the service out.
 */
export function giveToOwnerOf({ uid, gid }: Pick<Stats, 'uid' | 'gid'>, descriptor: number): void {
  if (process.geteuid?.() !== 0) return
  try {
    fchownSync(descriptor, uid, gid)
  } catch {
    // Some file systems know one owner only.
  }
}
