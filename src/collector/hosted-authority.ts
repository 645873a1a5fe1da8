import { Reopenable } from './reopenable.ts'
import type { AuthoritySettings } from '../config/settings.ts'
import type { Log } from '../telemetry/log.ts'
import type { Signer, SignerOptions } from '../trust/contract.ts'
import type { SharedEtcd } from './shared-etcd.ts'

export type HostedAuthority = Reopenable<ReturnType<typeof makeSignerOptions>, Signer>

/** The authority that answers enrolments, loaded only where the configuration has one. */
export function createHostedAuthority(sharedEtcd: SharedEtcd, log: Log): HostedAuthority {
  return new Reopenable(async (options: ReturnType<typeof makeSignerOptions>) => {
    const { startSigner } = await import('../trust/authority/signer.ts')
    return await startSigner({ ...options, etcd: sharedEtcd.etcd, log })
  })
}

/** With the passphrase in clear: not to be logged. */
export function makeSignerOptions(
  { passphrase, ...settings }: AuthoritySettings,
  prefix: string,
): Omit<SignerOptions, 'etcd' | 'log' | 'now'> {
  return { ...settings, prefix, ...(passphrase && { passphrase: passphrase.reveal() }) }
}
