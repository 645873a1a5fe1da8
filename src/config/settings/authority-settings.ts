import type { AuthorityFileConfig } from '../schema/authority-schema.ts'
import { addressOf, milliseconds } from './common-settings.ts'
import { authoritySettings, etcdSettings } from './discovery-settings.ts'
import type { Secrets } from '../values/secret.ts'
import type { CaSettings } from '../settings.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** The authority keeps its state beside its key. */
export function toCaSettings(config: AuthorityFileConfig, secrets: Secrets, context: ProcessContext): CaSettings {
  const readings = { secrets, context }
  const ca = authoritySettings(config.ca, readings)
  return {
    role: 'ca',
    ca,
    etcd: etcdSettings(config.discovery.etcd, readings),
    stateDir: ca.dir,
    shutdownTimeoutMs: milliseconds(config.shutdownTimeout),
    metrics: config.metrics && addressOf(config.metrics.listen),
    log: config.log,
  }
}
