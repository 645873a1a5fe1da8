import { chownSync, statSync } from 'node:fs'

export interface Owner {
  readonly uid: number
  readonly gid: number
}

/** Gives the directory to a user without rights, where the tests run as root; returns the owner that it has then. */
export function giveAway(directory: string): Owner {
  if (process.geteuid?.() === 0) chownSync(directory, 65_534, 65_533)
  return ownerOf(directory)
}

export function ownerOf(path: string): Owner {
  const { uid, gid } = statSync(path)
  return { uid, gid }
}
