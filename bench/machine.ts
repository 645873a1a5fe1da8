import { execFile } from 'node:child_process'
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const root = join(import.meta.dirname, '..')

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

/** The commit of this checkout, with a note if the program differs from it; `unknown` outside a repository. */
export async function readCommit(): Promise<string> {
  try {
    const commit = (await git(['rev-parse', '--short=8', 'HEAD'])).stdout.trim()
    const { stdout } = await git(['status', '--porcelain', '--', 'src', 'bin'])
    return stdout === '' ? commit : `${commit} with changes`
  } catch {
    return 'unknown'
  }
}

async function git(words: readonly string[]): Promise<{ readonly stdout: string }> {
  return await promisify(execFile)('git', words, { cwd: root })
}
