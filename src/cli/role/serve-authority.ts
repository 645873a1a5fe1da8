import { makeSignerOptions, createHostedAuthority } from '../../collector/hosted-authority.ts'
import { collectSigner } from '../../collector/collector-metrics.ts'
import { SharedEtcd } from '../../collector/shared-etcd.ts'
import type { CaSettings } from '../../config/settings.ts'
import { waitForAbort } from '../../flow/abort-signals.ts'
import { LazyMeters } from '../../telemetry/lazy-meters.ts'
import { MetricsSwitch } from '../../telemetry/reloadable-metrics-endpoint.ts'
import { collectReloads, describeReloadFailure } from '../../telemetry/reload-status.ts'
import { countOf } from '../../flow/format-numbers.ts'
import type { SignerStatus } from '../../trust/contract.ts'
import type { RoleContext } from './run-role.ts'

/** Runs the authority until it is stopped. */
export async function serveAuthority(
  settings: CaSettings,
  { log, signals, reloads, service }: RoleContext<CaSettings>,
): Promise<void> {
  await using opened = new AsyncDisposableStack()
  const sharedEtcd = opened.adopt(new SharedEtcd(log), open => open.close())
  const authority = opened.adopt(createHostedAuthority(sharedEtcd, log), open => open.close())
  const change = async ({ ca, etcd }: CaSettings) => {
    await sharedEtcd.change(etcd)
    // Another directory would make it another authority.
    await authority.change(makeSignerOptions({ ...ca, dir: settings.ca.dir }, etcd.prefix))
  }
  await change(settings)
  const status = () => authority.current?.status()
  const health = () => {
    const lastError = findTrouble(status())
    const reasons = [...(lastError ? [lastError] : []), ...describeReloadFailure(reloads.status())]
    return { isHealthy: lastError === undefined, reasons }
  }
  const metrics = new MetricsSwitch({
    collect: () => [...collectReloads(reloads.status()), ...collectSigner(status())],
    health,
    meters: new LazyMeters(),
    log,
  })
  opened.defer(() => metrics.close())
  await metrics.listen(settings.metrics)
  const stopReloading = reloads.listen(async next => {
    await metrics.listen(next.metrics)
    await change(next)
  })
  opened.defer(stopReloading)
  const fingerprint = `sha256:${authority.current?.fingerprint}`
  log.info({ dir: settings.ca.dir, fingerprint }, 'the authority has started')
  // All its work waits for etcd: no part can get stuck without the whole process.
  service.attend({
    describe: () => [describeSigner(status()), ...health().reasons].join('; '),
    lifeSigns: () => [],
  })
  service.noteReady()
  await waitForAbort(signals.stop)
}

function describeSigner(status: SignerStatus | undefined): string {
  if (status === undefined) return 'not answering'
  const { isActive, issued, renewed, pending } = status
  const given = `${countOf(issued + renewed, 'certificate')} issued, ${countOf(pending, 'request')} waiting`
  return isActive ? `answers enrolments: ${given}` : `another authority answers: ${given}`
}

/** Between two settings there is no signer for a moment; a longer absence means that it could not be started again. */
function findTrouble(status: SignerStatus | undefined): string | undefined {
  return status === undefined ? 'the signer is not running; the log has the reason' : status.lastError
}
