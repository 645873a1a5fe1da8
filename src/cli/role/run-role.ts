import type { LoadedConfig } from '../../config/load.ts'
import type { Role, Settings } from '../../config/settings.ts'
import type { Signals } from '../../flow/contract.ts'
import { version } from '../../flow/program-version.ts'
import type { Log } from '../../telemetry/log.ts'
import { createLogger } from '../../telemetry/logger.ts'
import type { Reloads } from '../../telemetry/reload-status.ts'
import { connectServiceManager } from '../../telemetry/systemd/connect-service-manager.ts'
import type { Service } from '../../telemetry/systemd/service-manager.ts'
import { ConfigReloader, logWarnings } from './config-reloader.ts'
import { watchConfig } from './config-watch.ts'
import { watchTerminal } from '../program/terminal-closed.ts'
import { EXIT } from '../program/exit-codes.ts'
import type { ExitCode } from '../program/exit-codes.ts'
import type { HeldSignals } from '../program/held-signals.ts'
import { forceEnd } from '../program/forced-end.ts'
import { listenForStop } from '../program/stop-signals.ts'
import { reasonOf } from '../../flow/error-reason.ts'

export interface RoleContext<Kind> {
  readonly log: Log
  readonly signals: Signals
  readonly reloads: Reloads<Kind>
  /** The service manager, such as systemd. */
  readonly service: Service
}

export interface RoleStart<Kind extends Settings> {
  /** The value of `--config`. */
  readonly path: string
  readonly heldSignals?: HeldSignals | undefined
  /** Reads the configuration, at the start and after each change. Throws a ConfigError, or rejects with one. */
  readonly load: () => LoadedConfig<Kind> | Promise<LoadedConfig<Kind>>
  readonly run: (settings: Kind, context: RoleContext<Kind>) => Promise<ExitCode>
}

/** Runs a role until it ends or is stopped. The log, signals, reloading and exit codes are the same for all roles. */
export async function runRole<Kind extends Settings>(start: RoleStart<Kind>): Promise<ExitCode> {
  const { path, load, run, heldSignals } = start
  const config = await load()
  const { settings, warnings, files } = config
  const log = createLogger(settings.log)
  const { role, stateDir } = settings
  log.info({ role, version, pid: process.pid, stateDir, config: files }, 'starting')
  logWarnings(log, warnings)
  const service = await connectServiceManager(process.env, log)
  const isTerminalClosed = heldSignals?.isTerminalClosed ?? watchTerminal()
  const reloads = new ConfigReloader(load, config, { log, listener: service })
  const signals = listenForStop((signal, isLast) => {
    log.info({ signal }, isLast ? 'exiting at once' : 'stopping in order; a second signal exits at once')
    service.noteStopping(reloads.settings.shutdownTimeoutMs)
  }, isTerminalClosed)
  const reload = async (reason: string) => {
    await reloads.reload(reason)
    watch.follow(reloads)
  }
  const onChange = (reason: string) => void reload(reason)
  const watch = watchConfig({ ...config, path, signals: true, isTerminalClosed, onChange })
  heldSignals?.release()
  const stopLoggingCrashes = logCrashes(log)
  const limitMs = () => (role === 'agent' ? reloads.settings.shutdownTimeoutMs + LAST_WRITES_MS : undefined)
  const stopForcing = forceEnd({ signals, log, limitMs })
  try {
    const code = await run(settings, { log, signals, reloads, service })
    log.info({ role, code }, 'stopped')
    return code
  } catch (error) {
    log.error({ error }, `the ${ROLE_NAMES[role]} cannot continue`)
    service.noteFailure(`the ${ROLE_NAMES[role]} cannot continue: ${reasonOf(error)}`)
    return EXIT.failed
  } finally {
    watch.close()
    signals.release()
    stopLoggingCrashes()
    stopForcing()
    service.close()
  }
}

/** After `shutdownTimeout`: its state is written, and its connections are closed. */
const LAST_WRITES_MS = 2000

const ROLE_NAMES: Readonly<Record<Role, string>> = { agent: 'agent', collector: 'collector', ca: 'authority' }

/** An uncaught error is a fault of the program. Its state is unknown then, so it exits; what is on disk is kept. */
function logCrashes(log: Log): () => void {
  const crash = (error: unknown) => {
    log.error({ error }, 'internal error: exiting; lines without an ack are sent again at the next start')
    process.exit(EXIT.failed)
  }
  process.on('uncaughtException', crash)
  return () => void process.off('uncaughtException', crash)
}
