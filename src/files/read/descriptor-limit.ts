import { readFileSync } from 'node:fs'
import type { FilesLimits } from '../contract.ts'

/** For sockets, databases, directories and the watcher. */
const RESERVED_DESCRIPTORS = 64

/** The limits, with no more open files than the process may have descriptors, less a reserve. */
export function withinDescriptors(limits: FilesLimits): FilesLimits {
  const most = Math.max(1, readDescriptorLimit() - RESERVED_DESCRIPTORS)
  return { ...limits, maxOpenFiles: Math.min(limits.maxOpenFiles, most) }
}

/** Infinity where the system does not tell. Node has raised the soft limit to the hard one. */
function readDescriptorLimit(): number {
  try {
    const soft = /^Max open files +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]
    return soft === undefined ? Infinity : Number(soft)
  } catch {
    return Infinity // only Linux has it
  }
}
