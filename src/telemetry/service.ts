import type { LifeSign } from '../flow/life-sign.ts'
import type { Log } from './log.ts'

/** What a role answers when the service manager is to be told of it. */
export interface ServiceQuestions {
  /** How things are, in one line. */
  readonly describe: () => string
  readonly lifeSigns: () => readonly LifeSign[]
}

/** Whoever started the program and wants to know how it does, as a role sees it. */
export interface Service {
  /** From now on it is asked every few seconds. */
  attend(questions: ServiceQuestions): void
  /** The role does its work. */
  ready(): void
}

/** The same, as seen by whoever runs the role. */
export interface ServiceManager extends Service {
  /** The configuration is being read again; `reloaded` ends that, however it went. */
  reloading(): void
  reloaded(): void
  /** An orderly stop has begun, and may take so long. */
  stopping(patienceMs: number): void
  /** It ends because of this. */
  failed(reason: string): void
  close(): void
}

const nobody: ServiceManager = {
  attend() {},
  ready() {},
  reloading() {},
  reloaded() {},
  stopping() {},
  failed() {},
  close() {},
}

/** What systemd sets for its services, and nobody whom we start should take for its own. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const

/**
 * Talks to the service manager that `environment` names, and takes its variables out of there. Where there is none, or it
 * can't be reached, nobody is told anything, and nothing else is different.
 */
export async function connectServiceManager(environment: NodeJS.ProcessEnv, log: Log): Promise<ServiceManager> {
  const { NOTIFY_SOCKET: address, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watchdogPid } = environment
  for (const name of OWN_VARIABLES) Reflect.deleteProperty(environment, name)
  if (!address) return nobody
  const isWatched = watchdogPid === undefined || Number(watchdogPid) === process.pid
  const watchdogMs = isWatched ? Number(watchdogUs ?? 0) / 1000 : 0
  try {
    // Loaded here: without a service manager nobody pays for it.
    const [{ openNotifySocket }, { startServiceManager }] = await Promise.all([
      import('./notify-socket.ts'),
      import('./service-manager.ts'),
    ])
    return startServiceManager({ socket: openNotifySocket(address), log, ...(watchdogMs > 0 && { watchdogMs }) })
  } catch (error) {
    log.warn({ error }, 'the service manager can not be told how things are: going on without it')
    return nobody
  }
}
