import type { Log } from '../telemetry/log.ts'
import type { ChangeableEtcd, EtcdOptions } from './contract.ts'

/** As in the configuration: the password is hidden until it is needed. */
export interface EtcdAccess extends Omit<EtcdOptions, 'password' | 'log'> {
  readonly password?: { reveal(): string }
}

/** Opens a client of etcd. Only this loads its library, so that a configuration without etcd pays no memory for it. */
export async function connectEtcd(access: EtcdAccess, log: Log): Promise<ChangeableEtcd> {
  const { openEtcd } = await import('./client.ts')
  return await openEtcd({ ...revealAccess(access), log })
}

/** With the password in clear text: not to be logged. */
export function revealAccess({ password, ...options }: EtcdAccess): Omit<EtcdOptions, 'log'> {
  return { ...options, ...(password && { password: password.reveal() }) }
}
