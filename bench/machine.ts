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

async function git(words: readonly string[]): Promise<string> {
  return (await promisify(execFile)('git', words, { cwd: root })).stdout.trim()
}

/** The last commit that changed the program, with a note if it has changed since; `unknown` outside a repository. */
export async function readCommit(): Promise<string> {
  try {
    const places = ['--', 'src', 'bin', 'packaging']
    const commit = await git(['log', '-1', '--format=%h', '--abbrev=8', ...places])
    const changes = await git(['status', '--porcelain', ...places])
    return changes === '' ? commit : `${commit} with changes`
  } catch {
    return 'unknown'
  }
}
