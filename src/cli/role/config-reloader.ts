import { setImmediate } from 'node:timers/promises'
import { describeDifference } from '../../config/reload/compare-settings.ts'
import type { LoadedConfig } from '../../config/load.ts'
import { ConfigError, formatPlace } from '../../config/text/problem.ts'
import type { Problem } from '../../config/text/problem.ts'
import type { Settings } from '../../config/settings.ts'
import type { Log } from '../../telemetry/log.ts'
import type { Logger } from '../../telemetry/logger.ts'
import type { Apply, Reloads, ReloadStatus } from '../../telemetry/reload-status.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { Turns } from '../../flow/task-turns.ts'

/** Notified of each reload; `noteReloaded` is called whether it succeeded or not. */
interface ReloadListener {
  noteReloading(): void
  noteReloaded(): void
}

interface ReloaderSurroundings {
  readonly log: Logger
  readonly listener?: ReloadListener
}

/** Reads the configuration again on request, and hands changes to the role. */
export class ConfigReloader<Kind extends Settings> implements Reloads<Kind> {
  readonly #load: () => LoadedConfig<Kind> | Promise<LoadedConfig<Kind>>
  readonly #log: Logger
  /** Settings that only a restart can change are still those. */
  readonly #started: Kind
  #current: LoadedConfig<Kind>
  #apply: Apply<Kind> | undefined
  /** Keys whose value in use may differ from `#current`. */
  #unsure: readonly string[] = []
  #status: ReloadStatus = { reloads: 0, failures: 0, isCurrent: 1, loadedAtSeconds: nowSeconds() }
  /** A change that comes during a reload is read after it. */
  readonly #turns = new Turns()
  /** A reload that has not begun: it serves all requests until then. */
  #waiting: Promise<void> | undefined
  #isClosed = false
  readonly #listener: ReloadListener

  constructor(
    load: () => LoadedConfig<Kind> | Promise<LoadedConfig<Kind>>,
    current: LoadedConfig<Kind>,
    { log, listener = { noteReloading() {}, noteReloaded() {} } }: ReloaderSurroundings,
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

  get looks(): ReadonlyMap<string, string> {
    return this.#current.looks
  }

  get directories(): readonly string[] {
    return this.#current.directories
  }

  get settings(): Kind {
    return this.#current.settings
  }

  listen(apply: Apply<Kind>): () => Promise<void> {
    this.#apply = apply
    if (this.#unsure.length > 0) void this.reload('it changed during the start')
    return async () => {
      this.#isClosed = true
      await this.#turns.run(async () => {})
    }
  }

  status(): ReloadStatus {
    return this.#status
  }

  reload(reason: string): Promise<void> {
    this.#waiting ??= this.#turns.run(() => this.#reloadNext(reason))
    return this.#waiting
  }

  async #reloadNext(reason: string): Promise<void> {
    await setImmediate() // signals come in bursts
    this.#waiting = undefined
    if (this.#isClosed) return
    this.#listener.noteReloading()
    await this.#reload(reason)
    this.#listener.noteReloaded()
  }

  async #reload(reason: string): Promise<void> {
    try {
      const next = await this.#load()
      const pending = await this.#applyNext(next, reason)
      this.#current = next
      const { reloads, failures } = this.#status
      const wait = pending.length === 0 ? {} : { lastError: `${pending.join(', ')} can only change at a restart` }
      const isCurrent = pending.length === 0 ? 1 : 0
      this.#status = { reloads: reloads + 1, failures, isCurrent, loadedAtSeconds: nowSeconds(), ...wait }
    } catch (error) {
      const lastError = reasonOf(error)
      this.#status = { ...this.#status, failures: this.#status.failures + 1, isCurrent: 0, lastError }
      const remedy =
        error instanceof ConfigError ? 'forwarder check --config reports the same errors' : 'the log has the details'
      this.#log.error(
        { reason, errors: lastError.split('\n'), remedy },
        'cannot apply the changed configuration; continuing with the earlier one',
      )
    }
  }

  /** Gives the keys that need a restart. */
  async #applyNext({ settings, warnings }: LoadedConfig<Kind>, reason: string): Promise<readonly string[]> {
    const difference = describeDifference(this.#current.settings, settings)
    const changed = [...new Set([...this.#unsure, ...difference.changed])]
    const { needsRestart } = describeDifference(this.#started, settings)
    logWarnings(this.#log, warnings)
    for (const { key, reason: why } of needsRestart)
      this.#log.warn({ key, reason: why }, 'a changed setting takes effect at the next start')
    if (changed.length === 0) this.#log.info({ reason }, 'read the configuration again: no changes')
    else await this.#applyOrRestore(settings, changed)
    this.#log.setLevel(settings.log.level)
    this.#log.setFormat(settings.log)
    if (this.#unsure.length > 0)
      this.#log.info({ reason, changed }, 'the changed configuration will be applied after the start')
    else if (changed.length > 0) this.#log.info({ reason, changed }, 'applied the changed configuration')
    return needsRestart.map(({ key }) => key)
  }

  /** All or nothing: where applying fails half-way, the earlier settings are applied again. */
  async #applyOrRestore(settings: Kind, changed: readonly string[]): Promise<void> {
    this.#unsure = changed
    if (this.#apply === undefined) return
    try {
      await this.#apply(settings, changed)
    } catch (error) {
      await this.#restore(this.#apply, changed)
      throw error
    }
    this.#unsure = []
  }

  async #restore(apply: Apply<Kind>, changed: readonly string[]): Promise<void> {
    try {
      await apply(this.#current.settings, changed)
      this.#unsure = []
    } catch (error) {
      this.#log.error(
        { changed, error },
        'parts of a refused configuration may be in use; the next valid configuration, or a restart, fixes that',
      )
    }
  }
}

export function logWarnings(log: Log, warnings: readonly Problem[]): void {
  for (const { position, message } of warnings) {
    log.warn({ ...(position && { at: formatPlace(position) }), warning: message }, 'the configuration has a warning')
  }
}

function nowSeconds(): number {
  return Math.floor(Date.now() / 1000)
}
