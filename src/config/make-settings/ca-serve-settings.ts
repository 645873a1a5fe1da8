import type { AuthorityFileConfig } from '../schema/ca-serve-schema.ts'
import { toAddress, toMilliseconds } from './common-settings.ts'
import { makeAuthoritySettings, makeEtcdSettings } from './discovery-and-trust-settings.ts'
import type { Secrets } from '../values/secret.ts'
import type { CaSettings } from '../settings.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** The authority keeps its state beside its key. */
export function toCaSettings(config: AuthorityFileConfig, secrets: Secrets, context: ProcessContext): CaSettings {
  const readings = { secrets, context }
  const ca = makeAuthoritySettings(config.ca, readings)
  return {
    role: 'ca',
    ca,
    etcd: makeEtcdSettings(config.discovery.etcd, readings),
    stateDir: ca.dir,
    shutdownTimeoutMs: toMilliseconds(config.shutdownTimeout),
    metrics: config.metrics && toAddress(config.metrics.listen),
    log: config.log,
  }
}
