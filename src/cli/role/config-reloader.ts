import { setImmediate } from 'node:timers/promises'
import { describeDifference } from '../../config/reload/difference.ts'
import type { LoadedConfig } from '../../config/load.ts'
import { ConfigError, formatPlace } from '../../config/text/problem.ts'
import type { Problem } from '../../config/text/problem.ts'
import type { Settings } from '../../config/settings.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Apply, Reloads, ReloadStatus } from '../../telemetry/reloads.ts'
import { reasonOf } from '../../flow/reason.ts'

/** Hears of each reading of the configuration; `reloaded` comes however it went. */
interface ReloadListener {
  reloading(): void
  reloaded(): void
}

interface ReloaderSurroundings {
  readonly log: Logger
  readonly listener?: ReloadListener
}

/** Reads the configuration again when it is told to, and hands what is new to the role. */
export class ConfigReloader<Kind extends Settings> implements Reloads<Kind> {
  readonly #load: () => LoadedConfig<Kind>
  readonly #log: Logger
  /** What can't change while the role runs is still as it was then. */
  readonly #started: Kind
  #current: LoadedConfig<Kind>
  #apply: Apply<Kind> | undefined
  /** Keys of which it is not sure that what is in use is what `#current` has. */
  #unsure: readonly string[] = []
  #status: ReloadStatus = { reloads: 0, failures: 0, isCurrent: 1, loadedAtSeconds: nowSeconds() }
  /** One after the other: a change that comes during a reload is read after it. */
  #busy: Promise<void> = Promise.resolve()
  /** One that has not begun: whoever asks meanwhile is served by it too. */
  #waiting: Promise<void> | undefined
  #isClosed = false
  readonly #listener: ReloadListener

  constructor(
    load: () => LoadedConfig<Kind>,
    current: LoadedConfig<Kind>,
    { log, listener = { reloading() {}, reloaded() {} } }: ReloaderSurroundings,
  ) {
    this.#load = load
    this.#listener = listener
    this.#started = current.settings
    this.#current = current
    this.#log = log
  }

  get files(): readonly string[] {
    return this.#current.files
  }

  get directories(): readonly string[] {
    return this.#current.directories
  }

  /** The ones in use. */
  get settings(): Kind {
    return this.#current.settings
  }

  listen(apply: Apply<Kind>): () => Promise<void> {
    this.#apply = apply
    if (this.#unsure.length > 0) void this.reload('it changed before the start was over')
    return async () => {
      this.#isClosed = true
      await this.#busy
    }
  }

  status(): ReloadStatus {
    return this.#status
  }

  /** Resolves when it is done, well or not. */
  reload(reason: string): Promise<void> {
    this.#waiting ??= this.#reloadNext(reason)
    this.#busy = this.#waiting
    return this.#waiting
  }

  async #reloadNext(reason: string): Promise<void> {
    await this.#busy
    await setImmediate() // signals come in crowds
    this.#waiting = undefined
    if (this.#isClosed) return
    this.#listener.reloading()
    await this.#reload(reason)
    this.#listener.reloaded()
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
      const lastError = reasonOf(error)
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
    const difference = describeDifference(this.#current.settings, settings)
    const changed = [...new Set([...this.#unsure, ...difference.changed])]
    const { needsRestart } = describeDifference(this.#started, settings)
    logWarnings(this.#log, warnings)
    for (const { key, reason: why } of needsRestart)
      this.#log.warn({ key, reason: why }, 'a changed setting comes into force at the next start only')
    if (changed.length === 0) this.#log.info({ reason }, 'read the configuration again: nothing is different')
    else await this.#give(settings, changed)
    this.#log.setLevel(settings.log.level)
    this.#log.setFormat(settings.log)
    if (this.#unsure.length > 0)
      this.#log.info({ reason, changed }, 'the changed configuration waits for the end of the start')
    else if (changed.length > 0) this.#log.info({ reason, changed }, 'took up the changed configuration')
    return needsRestart.map(({ key }) => key)
  }

  /** All of it or none of it: where it can't be applied to its end, what was before is applied again. */
  async #give(settings: Kind, changed: readonly string[]): Promise<void> {
    this.#unsure = changed
    if (this.#apply === undefined) return
    try {
      await this.#apply(settings, changed)
    } catch (error) {
      await this.#takeBack(this.#apply, changed)
      throw error
    }
    this.#unsure = []
  }

  async #takeBack(apply: Apply<Kind>, changed: readonly string[]): Promise<void> {
    try {
      await apply(this.#current.settings, changed)
      this.#unsure = []
    } catch (error) {
      this.#log.error(
        { changed, error },
        'parts of a configuration that was refused may be in use: the next one that can be taken up, or a restart, mends it',
      )
    }
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
