import { formatPlace } from '../config/problem.ts'
import type { LoadedConfig } from '../config/load.ts'
import type { Settings } from '../config/settings.ts'
import type { Signals } from '../flow/contract.ts'
import { version } from '../flow/version.ts'
import type { Log } from '../telemetry/log.ts'
import { createLogger } from '../telemetry/logger.ts'
import { EXIT } from './exit-codes.ts'
import type { ExitCode } from './exit-codes.ts'
import { listenForStop } from './stop-signals.ts'

/** What an agent and a collector are given to live with. */
export interface RoleContext {
  readonly log: Log
  readonly signals: Signals
}

/** Runs a role until it ends or is told to: the log, the signals and the exit code are the same for both. */
export async function runRole<Kind extends Settings>(
  { settings, warnings, files }: LoadedConfig<Kind>,
  run: (settings: Kind, context: RoleContext) => Promise<ExitCode>,
): Promise<ExitCode> {
  const log = createLogger(settings.log)
  const { role, stateDir } = settings
  log.info({ role, version, pid: process.pid, stateDir, config: files }, 'starting')
  for (const { position, message } of warnings) {
    log.warn(
      { ...(position && { at: formatPlace(position) }), warning: message },
      'the configuration has something odd',
    )
  }
  const signals = listenForStop((signal, isLast) => {
    log.info({ signal }, isLast ? 'leaving at once' : 'stopping in order; the same signal again leaves at once')
  })
  const release = logCrashes(log)
  try {
    const code = await run(settings, { log, signals })
    log.info({ role, code }, 'stopped')
    return code
  } catch (error) {
    log.error({ error }, `the ${role} can't go on`)
    return EXIT.failed
  } finally {
    signals.release()
    release()
  }
}

/** What nobody caught is a fault of the program. Its state is unknown then, so it ends; what is on disk stands. */
function logCrashes(log: Log): () => void {
  const crash = (error: unknown) => {
    log.error({ error }, 'a fault of the program: it ends here; what was not confirmed is sent again at the next start')
    process.exit(EXIT.failed)
  }
  process.on('uncaughtException', crash)
  return () => void process.off('uncaughtException', crash)
}
