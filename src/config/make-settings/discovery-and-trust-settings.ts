import type { AgentConfig } from '../schema/agent-schema.ts'
import { type HostAndPort, formatAddress } from '../../flow/host-port.ts'
import { parseConfiguredAddress } from '../values/configured-address.ts'
import type { CollectorConfig } from '../schema/collector-schema.ts'
import { toAbsolutePaths, toAddress, toMilliseconds } from './common-settings.ts'
import type { AuthorityConfig, EtcdConfig } from '../schema/discovery-and-trust-schema.ts'
import type { Secrets } from '../values/secret.ts'
import type {
  AdvertiseSettings,
  AuthoritySettings,
  DiscoverySettings,
  EnrolmentSettings,
  EtcdSettings,
} from '../settings.ts'
import { toAbsolutePath } from '../values/process-context.ts'
import type { ProcessContext } from '../values/process-context.ts'

/** The secrets that the checks have read, and the start of relative paths. */
export interface Readings {
  readonly secrets: Secrets
  readonly context: ProcessContext
}

export function makeDiscoverySettings(config: AgentConfig, readings: Readings): DiscoverySettings {
  const { etcd, dns, srv } = config.discovery ?? {}
  if (etcd !== undefined) return { kind: 'etcd', etcd: makeEtcdSettings(etcd, readings) }
  if (dns !== undefined)
    return { kind: 'dns', names: dns.names.map(name => toAddress(name)), refreshMs: toMilliseconds(dns.refresh) }
  if (srv !== undefined) return { kind: 'srv', name: srv.name, refreshMs: toMilliseconds(srv.refresh) }
  return { kind: 'static', servers: (config.network.servers ?? []).map(server => toAddress(server)) }
}

export function makeEtcdSettings(etcd: EtcdConfig, { secrets, context }: Readings): EtcdSettings {
  const { endpoints, layout, prefix, user, ca, certificate, key } = etcd
  const given = { ...(ca && { ca }), ...(certificate && key && { certificate, key }) }
  return {
    endpoints: endpoints.map(endpoint => endpoint.trim().replace(/\/+$/u, '')),
    layout,
    prefix,
    ...(user !== undefined && secrets.etcdPassword !== undefined && { user, password: secrets.etcdPassword }),
    ...toAbsolutePaths(given, context),
  }
}

export function makeEnrolmentSettings(
  enrolment: NonNullable<(AgentConfig | CollectorConfig)['enrolment']>,
  { secrets, context }: Readings,
): EnrolmentSettings {
  const { tokenFile, caFingerprint } = enrolment
  return {
    caFingerprint: caFingerprint
      .replace(/^sha-?256[:=]/iu, '')
      .replaceAll(':', '')
      .toLowerCase(),
    ...(tokenFile !== undefined && { tokenFile: toAbsolutePath(tokenFile, context) }),
    ...(secrets.token !== undefined && { token: secrets.token }),
  }
}

export function makeAuthoritySettings(ca: AuthorityConfig, { secrets, context }: Readings): AuthoritySettings {
  return {
    dir: toAbsolutePath(ca.dir, context),
    lifetimeMs: toMilliseconds(ca.lifetime),
    renewExpiredMs: toMilliseconds(ca.renewExpired),
    ...(secrets.passphrase !== undefined && { passphrase: secrets.passphrase }),
  }
}

/** Agents cannot use a wildcard address, so the machine's name replaces it. */
export function makeAdvertiseSettings(
  given: Exclude<CollectorConfig['advertise'], false>,
  listen: readonly HostAndPort[],
  { hostName }: ProcessContext,
): AdvertiseSettings {
  const { weight = 1, names = [], zone, privateKey } = given ?? {}
  const address = given?.address === undefined ? toReachable(listen[0], hostName) : toAddress(given.address)
  return {
    address,
    name: given?.name ?? formatAddress(address),
    names,
    ...(zone !== undefined && { zone }),
    weight,
    publishesPrivateKey: privateKey !== undefined,
  }
}

function toReachable(address: HostAndPort | undefined, hostName: string): HostAndPort {
  const { host, port } = address ?? { host: hostName, port: 5044 }
  const isEverywhere = host === '0.0.0.0' || host === '::'
  const parsed = parseConfiguredAddress(isEverywhere ? `${hostName}:${port}` : formatAddress({ host, port }))
  return 'fault' in parsed ? { host, port } : parsed
}
