import { counter, gauge, mapStatus, type MetricTable, type MetricValue } from './metric-values.ts'

/** How reading the configuration again went, since the start. */
export interface ReloadStatus {
  readonly reloads: number
  readonly failures: number
  /** 1 while what stands in the files is what is in use; 0 where it is invalid, or could not be applied. */
  readonly isCurrent: number
  /** When the configuration in use was read, in seconds since 1970. */
  readonly loadedAtSeconds: number
  /** Why the files are not in use. */
  readonly lastError?: string
}

/**
 * Takes new settings into use, `changed` being the keys that differ as an operator writes them. Rejects where that can't be done;
 * then it is called with the earlier settings, for what it may have done by then.
 */
export type Apply<Settings> = (settings: Settings, changed: readonly string[]) => Promise<void>

/** Where a role takes new settings from. */
export interface Reloads<Settings> {
  /**
   * From now on new settings are given to `apply`, also those that were read before. The function that it gives ends that, and
   * resolves when nothing is being applied any more.
   */
  listen(apply: Apply<Settings>): () => Promise<void>
  status(): ReloadStatus
}

const RELOADS: MetricTable<ReloadStatus> = {
  reloads: counter('forwarder_config_reloads_total', 'Times that a changed configuration was taken up.'),
  failures: counter('forwarder_config_reload_failures_total', 'Times that a changed configuration was refused.'),
  isCurrent: gauge('forwarder_config_is_current', '1 while the configuration in the files is the one in use.'),
  loadedAtSeconds: gauge('forwarder_config_loaded_timestamp_seconds', 'When the configuration in use was read.'),
}

export function collectReloads(status: ReloadStatus): MetricValue[] {
  return mapStatus(RELOADS, status)
}

/** For the health page: the work goes on, so this alone is no reason to call it ill. */
export function noteReloads({ lastError }: ReloadStatus): string[] {
  return lastError === undefined ? [] : [`the changed configuration is not in use: ${lastError}`]
}
