import { statfs } from 'node:fs/promises'
import { toSystemPath } from './file-name.ts'

/** Linux's numbers of file systems that answer from the memory or the disks of this machine. */
const LOCAL_TYPES: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3, ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0x2fc12fc1, // ZFS
  0xf2f52010, // F2FS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
])

/**
 * Which devices are local: to look at a file there costs a fifth if no other thread is asked, and cannot hang as a server
 * can. An unknown device is not local.
 */
export class LocalDevices {
  readonly #isLocal = new Map<string, boolean>()

  has(device: string): boolean {
    return this.#isLocal.get(device) === true
  }

  /** Asks once for each device; `path` lies on it. */
  async learn(device: string, path: string): Promise<void> {
    if (this.#isLocal.has(device)) return
    const type = process.platform === 'linux' ? await findType(path) : undefined
    this.#isLocal.set(device, type !== undefined && LOCAL_TYPES.has(type))
  }
}

async function findType(path: string): Promise<number | undefined> {
  const facts = await statfs(toSystemPath(path)).catch(() => undefined) // in doubt it is not local
  return facts && facts.type >>> 0
}
