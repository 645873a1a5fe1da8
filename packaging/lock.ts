import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

export interface LockedPackage {
  readonly version: string
  readonly integrity?: string
  readonly license?: string
}

interface Lock {
  /** The packages, by their path from the checkout: `node_modules/ajv`. */
  readonly packages: Readonly<Record<string, LockedPackage | undefined>>
}

export async function readLock(): Promise<Lock> {
  return JSON.parse(await readFile(join(import.meta.dirname, '../package-lock.json'), 'utf8')) as Lock
}
