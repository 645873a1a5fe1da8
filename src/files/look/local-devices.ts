import { statfs } from 'node:fs/promises'
import { toSystemPath } from './file-name.ts'

/** Linux's numbers of file systems that answer from the memory or the disks of this machine. */
const DISK_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0x01021994, // tmpfs
])
/** It gives a file another inode when it is written for the first time, and others may write to the layers below it. */
const OVERLAY_TYPE = 0x794c7630

/**
 * Which devices are local: to look at a file there costs a fifth if no other thread is asked, and cannot hang as a server
 * can. An unknown device is not local.
 */
export class LocalDevices {
  readonly #types = new Map<string, number | undefined>()

  has(device: string): boolean {
    const type = this.#types.get(device)
    return type === OVERLAY_TYPE || this.#isDisk(type)
  }

  /** True where the system reports each change of a file to the watches of its directory. */
  reportsChanges(device: string): boolean {
    return this.#isDisk(this.#types.get(device))
  }

  /** Asks once for each device; `path` lies on it. */
  async learn(device: string, path: string): Promise<void> {
    if (this.#types.has(device)) return
    this.#types.set(device, process.platform === 'linux' ? await findType(path) : undefined)
  }

  #isDisk(type: number | undefined): boolean {
    return type !== undefined && DISK_TYPES.has(type)
  }
}

async function findType(path: string): Promise<number | undefined> {
  const facts = await statfs(toSystemPath(path)).catch(() => undefined) // in doubt it is not local
  return facts && facts.type >>> 0
}
