import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { promisify } from 'node:util'

/** Describes the machine, without which the figures mean nothing. */
export function describeMachine(): string {
  return `${describeHardware()}, load ${readLoad().toFixed(2)} at the start`
}

export function describeHardware(): string {
  const processors = cpus()
  return [
    `${availableParallelism()} × ${processors[0]?.model ?? 'unknown processor'}`,
    `${(totalmem() / 2 ** 30).toFixed(1)} GiB`,
    `Linux ${release()}`,
    `Node ${process.versions.node}`,
  ].join(', ')
}

/** The mean of the last minute. */
export function readLoad(): number {
  return loadavg()[0] ?? Number.NaN
}

/** The commit of this checkout; `unknown` outside a repository. */
export async function readCommit(): Promise<string> {
  const words = ['describe', '--always', '--dirty', '--abbrev=8', '--exclude=*']
  const found = promisify(execFile)('git', words, { cwd: import.meta.dirname })
  return found.then(
    ({ stdout }) => stdout.trim(),
    () => 'unknown',
  )
}
