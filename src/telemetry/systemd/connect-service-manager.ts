import type { Log } from '../log.ts'
import type { ServiceManager } from './service-manager.ts'

const NO_MANAGER: ServiceManager = {
  attend() {},
  noteReady() {},
  noteReloading() {},
  noteReloaded() {},
  noteStopping() {},
  noteFailure() {},
  close() {},
}

/** The variables that systemd sets for its services; a child process must not take them for its own. */
const OWN_VARIABLES = ['NOTIFY_SOCKET', 'WATCHDOG_USEC', 'WATCHDOG_PID'] as const

/**
 * Connects to the service manager that `environment` names, and removes its variables from there. Without one, or if it
 * cannot be reached, notifications are dropped and nothing else changes.
 */
export async function connectServiceManager(environment: NodeJS.ProcessEnv, log: Log): Promise<ServiceManager> {
  const { NOTIFY_SOCKET: address, WATCHDOG_USEC: watchdogUs, WATCHDOG_PID: watchdogPid } = environment
  for (const name of OWN_VARIABLES) Reflect.deleteProperty(environment, name)
  if (!address) return NO_MANAGER
  const isWatched = watchdogPid === undefined || Number(watchdogPid) === process.pid
  const watchdogMs = isWatched ? Number(watchdogUs ?? 0) / 1000 : 0
  try {
    // Loaded here: without a service manager they cost nothing.
    const [{ openNotifySocket }, { SystemdNotifier }] = await Promise.all([
      import('./notify-socket.ts'),
      import('./systemd-notifier.ts'),
    ])
    return new SystemdNotifier({ socket: openNotifySocket(address), log, ...(watchdogMs > 0 && { watchdogMs }) })
  } catch (error) {
    log.warn({ error }, 'cannot notify the service manager; continuing without it')
    return NO_MANAGER
  }
}
