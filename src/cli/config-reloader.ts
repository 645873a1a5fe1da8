import { describeDifference } from '../config/difference.ts'
import type { LoadedConfig } from '../config/load.ts'
import { ConfigError, formatPlace } from '../config/problem.ts'
import type { Problem } from '../config/problem.ts'
import type { Settings } from '../config/settings.ts'
import type { Log } from '../telemetry/log.ts'
import type { Logger } from '../telemetry/logger.ts'
import type { Reloads, ReloadStatus } from '../telemetry/reloads.ts'

/** Reads the configuration again when it is told to, and hands what is new to the role. */
export class ConfigReloader<Kind extends Settings> implements Reloads<Kind> {
  readonly #load: () => LoadedConfig<Kind>
  readonly #log: Logger
  /** What can't change while the role runs is still as it was then. */
  readonly #started: Kind
  #current: LoadedConfig<Kind>
  #apply: ((settings: Kind, changed: readonly string[]) => Promise<void>) | undefined
  #status: ReloadStatus = { reloads: 0, failures: 0, isCurrent: 1, loadedAtSeconds: nowSeconds() }
  /** One after the other: a change that comes during a reload is read after it. */
  #busy: Promise<void> = Promise.resolve()

  constructor(load: () => LoadedConfig<Kind>, current: LoadedConfig<Kind>, log: Logger) {
    this.#load = load
    this.#started = current.settings
    this.#current = current
    this.#log = log
  }

  get files(): readonly string[] {
    return this.#current.files
  }

  listen(apply: (settings: Kind, changed: readonly string[]) => Promise<void>): void {
    this.#apply = apply
  }

  status(): ReloadStatus {
    return this.#status
  }

  /** Resolves when it is done, well or not. */
  reload(reason: string): Promise<void> {
    this.#busy = this.#busy.then(() => this.#reload(reason))
    return this.#busy
  }

  async #reload(reason: string): Promise<void> {
    try {
      const next = this.#load()
      const pending = await this.#takeUp(next, reason)
      this.#current = next
      const { reloads, failures } = this.#status
      const wait = pending.length === 0 ? {} : { lastError: `${pending.join(', ')} can only change at a restart` }
      const isCurrent = pending.length === 0 ? 1 : 0
      this.#status = { reloads: reloads + 1, failures, isCurrent, loadedAtSeconds: nowSeconds(), ...wait }
    } catch (error) {
      const lastError = error instanceof Error ? error.message : String(error)
      this.#status = { ...this.#status, failures: this.#status.failures + 1, isCurrent: 0, lastError }
      const remedy = error instanceof ConfigError ? 'forwarder check --config says the same' : 'the log says more'
      this.#log.error(
        { reason, errors: lastError.split('\n'), remedy },
        'the configuration was not taken up: going on with the earlier one',
      )
    }
  }

  /** Gives the keys that have to wait for a restart. */
  async #takeUp({ settings, warnings }: LoadedConfig<Kind>, reason: string): Promise<readonly string[]> {
    const { changed } = describeDifference(this.#current.settings, settings)
    const { needsRestart } = describeDifference(this.#started, settings)
    logWarnings(this.#log, warnings)
    for (const { key, reason: why } of needsRestart)
      this.#log.warn({ key, reason: why }, 'a changed setting comes into force at the next start only')
    if (changed.length === 0) this.#log.info({ reason }, 'read the configuration again: nothing is different')
    else await this.#apply?.(settings, changed)
    this.#log.setLevel(settings.log.level)
    this.#log.setFormat(settings.log)
    if (changed.length > 0) this.#log.info({ reason, changed }, 'took up the changed configuration')
    return needsRestart.map(({ key }) => key)
  }
}

export function logWarnings(log: Log, warnings: readonly Problem[]): void {
  for (const { position, message } of warnings) {
    log.warn(
      { ...(position && { at: formatPlace(position) }), warning: message },
      'the configuration has something odd',
    )
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
