import { readFileSync, readdirSync, writeFileSync } from 'node:fs'

/** The process whose command line has this argument; Linux only. */
export function findProcess(argument: string): number | undefined {
  for (const name of readdirSync('/proc')) if (/^\d+$/.test(name) && hasArgument(name, argument)) return Number(name)
  return undefined
}

function hasArgument(pid: string, argument: string): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(argument)
  } catch {
    return false // it has ended meanwhile
  }
}

/** From now on `readPeakBytes` is about the time since this call. */
export function resetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5')
}

/** The most memory that was resident, between any two looks too. */
export function readPeakBytes(pid: number): number {
  const kibibytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return Number(kibibytes) * 1024
}
