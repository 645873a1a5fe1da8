import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Role } from '../settings.ts'

/** Everything but its text that a configuration depends on. Tests pass their own. */
export interface ProcessContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDir: string
  /** That of the configuration's file. */
  readonly configDir?: string
  /** Undefined if the user has none. */
  readonly homeDir: string | undefined
  readonly isRoot: boolean
  readonly hostName: string
}

export function readProcessContext(): ProcessContext {
  return {
    environment: process.env,
    workingDir: process.cwd(),
    homeDir: findHomeDir(),
    isRoot: process.getuid?.() === 0,
    hostName: hostname(),
  }
}

/** There is none if `HOME` is not set and the system does not list the user, as in an empty container. */
function findHomeDir(): string | undefined {
  try {
    const dir = homedir()
    return dir.startsWith('/') ? dir : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return undefined
    throw error
  }
}

export function toAbsolutePath(path: string, { workingDir }: ProcessContext): string {
  return resolve(workingDir, path)
}

/**
 * Each role has its own, so that both can run on one machine with the defaults; it is never the working directory.
 * Undefined if it would be in a home directory and there is none.
 */
export function findDefaultStateDir(role: Role, { environment, homeDir, isRoot }: ProcessContext): string | undefined {
  if (isRoot) return join('/var/lib/forwarder', role)
  const given = environment['XDG_STATE_HOME']
  // The XDG specification requires relative paths to be ignored.
  const base = given?.startsWith('/') === true ? given : homeDir && join(homeDir, '.local/state')
  return base && join(base, 'forwarder', role)
}
