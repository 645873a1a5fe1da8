import { homedir, hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { Role } from '../settings.ts'

/** What a configuration's meaning depends on, beside its text. Tests pass their own. */
export interface ProcessContext {
  readonly environment: Readonly<Record<string, string | undefined>>
  readonly workingDir: string
  /** Undefined where nothing names one. */
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

/** Nothing names one where `HOME` is not set and the user is not in the system's list, as in an empty container. */
function findHomeDir(): string | undefined {
  try {
    const dir = homedir()
    return dir.startsWith('/') ? dir : undefined
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_SYSTEM_ERROR') return undefined
    throw error
  }
}

/** A relative path starts at the working directory, as it does in logstash-forwarder. */
export function absolutePath(path: string, { workingDir }: ProcessContext): string {
  return resolve(workingDir, path)
}

/**
 * Each role has its own, so that both can run on one machine with the defaults; never the working directory. Undefined
 * where it would be in a home directory and there is none.
 */
export function defaultStateDir(role: Role, { environment, homeDir, isRoot }: ProcessContext): string | undefined {
  if (isRoot) return join('/var/lib/forwarder', role)
  const given = environment['XDG_STATE_HOME']
  // The XDG specification has relative paths ignored.
  const base = given?.startsWith('/') === true ? given : homeDir && join(homeDir, '.local/state')
  return base && join(base, 'forwarder', role)
}
