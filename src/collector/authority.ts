import { Part } from './part.ts'
import type { AuthoritySettings } from '../config/settings.ts'
import type { Log } from '../telemetry/log.ts'
import type { Signer, SignerOptions } from '../trust/contract.ts'
import type { EtcdPlace } from './etcd-place.ts'

export type AuthorityPart = Part<ReturnType<typeof authorityOptions>, Signer>

/** The authority that answers enrolments, loaded only where there is one. */
export function makeAuthority(place: EtcdPlace, log: Log): AuthorityPart {
  return new Part(async (options: ReturnType<typeof authorityOptions>) => {
    const { startSigner } = await import('../trust/authority/signer.ts')
    return await startSigner({ ...options, etcd: place.etcd, log })
  })
}

/** With the passphrase as it is: not to be logged. */
export function authorityOptions(
  { passphrase, ...settings }: AuthoritySettings,
  prefix: string,
): Omit<SignerOptions, 'etcd' | 'log' | 'now'> {
  return { ...settings, prefix, ...(passphrase && { passphrase: passphrase.reveal() }) }
}
