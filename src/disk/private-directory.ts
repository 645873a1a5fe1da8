import { closeSync, constants, existsSync, fchmodSync, fsyncSync, mkdirSync, openSync, statSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { makeCreateError } from './disk-error.ts'
import { giveToOwnerOf } from './file-owner.ts'

/**
 * Makes the directory, and those above it, for its owner only (0700 whatever the umask); one that exists is left as it is.
 * Made by root, it belongs to the owner of the directory in which it is. Throws a DiskError.
 */
export function makePrivateDirectory(path: string): void {
  try {
    makeAll(resolve(path))
  } catch (error) {
    throw makeCreateError(path, error)
  }
}

function makeAll(path: string): void {
  if (existsSync(path)) return void mkdirSync(path, { recursive: true }) // fails where it is a file
  makeAll(dirname(path))
  mkdirSync(path, { recursive: true, mode: 0o700 })
  // By descriptor: the owner of the directory above could put a link in its place.
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW)
  try {
    fchmodSync(directory, 0o700)
    giveToOwnerOf(statSync(dirname(path)), directory)
  } finally {
    closeSync(directory)
  }
}

/** Makes names that were created or renamed in the directory survive a power cut. */
export function syncDirectory(path: string): void {
  const directory = openSync(path, 'r')
  try {
    fsyncSync(directory)
  } finally {
    closeSync(directory)
  }
}
