import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Role } from './settings.ts'

/** What a configuration's meaning depends on, beside its text. Tests pass their own. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDir: string
  readonly homeDir: string
  readonly isRoot: boolean
  readonly hostName: string
}

export function readSurroundings(): Surroundings {
  return {
    environment: process.env,
    workingDir: process.cwd(),
    homeDir: homedir(),
    isRoot: process.getuid?.() === 0,
    hostName: hostname(),
  }
}

/** A relative path starts at the working directory, as it does in logstash-forwarder. */
export function absolutePath(path: string, { workingDir }: Surroundings): string {
  return resolve(workingDir, path)
}

/** Each role has its own, so that both can run on one machine with the defaults; never the working directory. */
export function defaultStateDir(role: Role, { environment, homeDir, isRoot }: Surroundings): string {
  if (isRoot) return join('/var/lib/forwarder', role)
  const given = environment['XDG_STATE_HOME']
  // The XDG specification has relative paths ignored.
  const base = given?.startsWith('/') === true ? given : join(homeDir, '.local/state')
  return join(base, 'forwarder', role)
}
