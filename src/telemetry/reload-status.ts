import { counter, gauge, mapStatus, type MetricTable, type MetricValue } from './status-to-metrics.ts'

/** The reloads of the configuration since the start. */
export interface ReloadStatus {
  readonly reloads: number
  readonly failures: number
  /** 1 while the configuration in the files is in use; 0 if it is invalid or could not be applied. */
  readonly isCurrent: number
  /** When the configuration in use was read, in seconds since 1970. */
  readonly loadedAtSeconds: number
  /** Why the configuration in the files is not in use. */
  readonly lastError?: string
}

/**
 * Applies new settings; `changed` has the keys that differ, as an operator writes them. If it rejects, it is called again with
 * the earlier settings, to undo what it had done by then.
 */
export type Apply<Settings> = (settings: Settings, changed: readonly string[]) => Promise<void>

/** Gives new settings to a role. */
export interface Reloads<Settings> {
  /**
   * From now on `apply` gets new settings, including those read before. The returned function ends that and resolves once no
   * settings are being applied.
   */
  listen(apply: Apply<Settings>): () => Promise<void>
  status(): ReloadStatus
}

const RELOADS: MetricTable<ReloadStatus> = {
  reloads: counter('forwarder_config_reloads_total', 'Changed configurations that were applied.'),
  failures: counter('forwarder_config_reload_failures_total', 'Changed configurations that were refused.'),
  isCurrent: gauge('forwarder_config_is_current', '1 while the configuration in the files is in use.'),
  loadedAtSeconds: gauge('forwarder_config_loaded_timestamp_seconds', 'When the configuration in use was read.'),
}

export function collectReloads(status: ReloadStatus): MetricValue[] {
  return mapStatus(RELOADS, status)
}

/** Notes for the health page. They do not make a role unhealthy: its work continues with the earlier settings. */
export function describeReloadFailure({ lastError }: ReloadStatus): string[] {
  return lastError === undefined ? [] : [`the changed configuration is not in use: ${lastError}`]
}
