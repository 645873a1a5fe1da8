import type { Log } from '../telemetry/log.ts'
import type { ChangeableEtcd, EtcdOptions } from './contract.ts'

/** As a configuration has it: the password is hidden until it is needed. */
export interface EtcdAccess extends Omit<EtcdOptions, 'password' | 'log'> {
  readonly password?: { reveal(): string }
}

/** A client of etcd, whose library is loaded only here: who has no etcd in the configuration pays no memory for it. */
export async function connectEtcd(access: EtcdAccess, log: Log): Promise<ChangeableEtcd> {
  const { openEtcd } = await import('./client.ts')
  return await openEtcd({ ...revealAccess(access), log })
}

/** With the password as it is: not to be logged. */
export function revealAccess({ password, ...options }: EtcdAccess): Omit<EtcdOptions, 'log'> {
  return { ...options, ...(password && { password: password.reveal() }) }
}
