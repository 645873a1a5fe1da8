import { collectSigner } from '../collector/collector-metrics.ts'
import type { CaSettings } from '../config/settings.ts'
import { connectEtcd } from '../discovery/connect-etcd.ts'
import { createMeters } from '../telemetry/meters.ts'
import { MetricsSwitch } from '../telemetry/metrics-switch.ts'
import { collectReloads, noteReloads } from '../telemetry/reloads.ts'
import { countOf } from '../telemetry/status-text.ts'
import type { SignerStatus } from '../trust/contract.ts'
import { startSigner } from '../trust/signer.ts'
import type { RoleContext } from './run-role.ts'

/** Runs the authority until it is told to stop. */
export async function serveAuthority(
  settings: CaSettings,
  { log, signals, reloads, service }: RoleContext<CaSettings>,
): Promise<void> {
  const { ca, etcd: access } = settings
  await using opened = new AsyncDisposableStack()
  const etcd = opened.adopt(await connectEtcd(access, log), open => open.close())
  const { passphrase, ...authority } = ca
  const secret = passphrase && { passphrase: passphrase.reveal() }
  const signer = opened.adopt(await startSigner({ ...authority, ...secret, etcd, prefix: access.prefix, log }), open =>
    open.close(),
  )
  const health = () => {
    const { lastError } = signer.status()
    const reasons = [...(lastError ? [lastError] : []), ...noteReloads(reloads.status())]
    return { isHealthy: lastError === undefined, reasons }
  }
  const metrics = new MetricsSwitch({
    collect: () => [...collectReloads(reloads.status()), ...collectSigner(signer.status())],
    health,
    meters: createMeters(),
    log,
  })
  opened.defer(() => metrics.close())
  await metrics.listen(settings.metrics)
  opened.defer(reloads.listen(next => metrics.listen(next.metrics)))
  log.info({ dir: ca.dir, fingerprint: `sha256:${signer.fingerprint}` }, 'the authority answers enrolments')
  // All that it does waits for etcd; nothing else of it could hang than the whole process.
  service.attend({
    describe: () => [describeSigner(signer.status()), ...health().reasons].join('; '),
    lifeSigns: () => [],
  })
  service.ready()
  if (signals.stop.aborted) return
  await new Promise<void>(resolve => signals.stop.addEventListener('abort', () => resolve(), { once: true }))
}

function describeSigner({ isActive, issued, renewed, pending }: SignerStatus): string {
  const given = `${countOf(issued + renewed, 'certificate')} issued, ${countOf(pending, 'request')} waiting`
  return isActive ? `answers enrolments: ${given}` : `another authority answers: ${given}`
}
