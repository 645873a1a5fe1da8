import { loadCaConfig } from '../config/load.ts'
import type { CaSettings } from '../config/settings.ts'
import { collectSigner } from '../collector/collector-metrics.ts'
import { connectEtcd } from '../discovery/connect-etcd.ts'
import { createMeters } from '../telemetry/meters.ts'
import { MetricsSwitch } from '../telemetry/metrics-switch.ts'
import { collectReloads, noteReloads } from '../telemetry/reloads.ts'
import { requiredOption } from './command.ts'
import type { Command } from './command.ts'
import { CONFIG_OPTION } from './config-option.ts'
import { EXIT } from './exit-codes.ts'
import { runRole, type RoleContext } from './run-role.ts'

export const serveAuthorityCommand: Command = {
  name: 'ca serve',
  summary: 'answer the enrolments of agents and collectors in etcd, and say there whom to trust',
  options: [CONFIG_OPTION],
  examples: ['forwarder ca serve --config /etc/forwarder/ca.json'],
  async run(input) {
    const path = requiredOption(input, 'config')
    return await runRole({
      path,
      load: () => loadCaConfig(path),
      run: async (settings, context) => {
        await serve(settings, context)
        return EXIT.done
      },
    })
  },
}

async function serve(settings: CaSettings, { log, signals, reloads }: RoleContext<CaSettings>): Promise<void> {
  const { startSigner } = await import('../trust/signer.ts')
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
