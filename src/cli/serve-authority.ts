import { collectSigner } from '../collector/collector-metrics.ts'
import type { CaSettings } from '../config/settings.ts'
import { connectEtcd } from '../discovery/connect-etcd.ts'
import { createMeters } from '../telemetry/meters.ts'
import { MetricsSwitch } from '../telemetry/metrics-switch.ts'
import { collectReloads, noteReloads } from '../telemetry/reloads.ts'
import { startSigner } from '../trust/signer.ts'
import type { RoleContext } from './run-role.ts'

/** Runs the authority until it is told to stop. */
export async function serveAuthority(
  settings: CaSettings,
  { log, signals, reloads }: RoleContext<CaSettings>,
): Promise<void> {
  const { ca, etcd: access } = settings
  await using opened = new AsyncDisposableStack()
  const etcd = opened.adopt(await connectEtcd(access, log), open => open.close())
  const { passphrase, ...authority } = ca
  const secret = passphrase && { passphrase: passphrase.reveal() }
  const signer = opened.adopt(await startSigner({ ...authority, ...secret, etcd, prefix: access.prefix, log }), open =>
    open.close(),
  )
  const metrics = new MetricsSwitch({
    collect: () => [...collectReloads(reloads.status()), ...collectSigner(signer.status())],
    health: () => {
      const { lastError } = signer.status()
      return {
        isHealthy: lastError === undefined,
        reasons: [...(lastError ? [lastError] : []), ...noteReloads(reloads.status())],
      }
    },
    meters: createMeters(),
    log,
  })
  opened.defer(() => metrics.close())
  await metrics.listen(settings.metrics)
  opened.defer(reloads.listen(next => metrics.listen(next.metrics)))
  log.info({ dir: ca.dir, fingerprint: `sha256:${signer.fingerprint}` }, 'the authority answers enrolments')
  if (signals.stop.aborted) return
  await new Promise<void>(resolve => signals.stop.addEventListener('abort', () => resolve(), { once: true }))
}
