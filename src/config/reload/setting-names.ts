import { formatPath, type KeyPath } from '../text/key-path.ts'
import type { Settings } from '../settings.ts'

/** Settings whose name differs from the configuration, by the beginning of their path; the first match counts. */
const NAMES: readonly (readonly [settings: string, configuration: string])[] = [
  ['metrics', 'metrics.listen'],
  ['etcd', 'discovery.etcd'],
  ['discovery.servers', 'network.servers'],
  ['advertise.publishesPrivateKey', 'advertise.privateKey'],
  ['enrolment.token', 'enrolment.tokenFile'],
  ['store.maxAgeMs', 'store.retention.age'],
  ['store.clockTrustedUntilMs', 'store.retention.clockTrustedUntil'],
  ['store.maxBytes', 'store.retention.size'],
  ['store.auth.token', 'store.bearer'],
  ['store.auth', 'store'],
]

/** The key as an operator writes it. */
export function nameSetting(path: KeyPath, before: Settings, after: Settings): string {
  const [first, second, third] = path
  if (first === 'files') return formatPath([...path.slice(0, 2), ...(third === undefined ? [] : [nameInGroup(third)])])
  if (first === 'discovery' && second !== undefined && after.role === 'agent') return nameDiscovery(path, before, after)
  // The authority keeps its state beside its key.
  if (first === 'stateDir' && after.role === 'ca') return 'ca.dir'
  if (first === 'store' && path.at(-1) === 'kind') return 'store.auth'
  return rename(formatPath(path))
}

/** Its members are one level deeper in the configuration, under the name of their kind. */
function nameDiscovery(path: KeyPath, before: Settings, after: Settings): string {
  const [, second] = path
  if (second === 'kind' || kindOf(before) !== kindOf(after)) return 'discovery'
  if (second === 'etcd' || second === 'servers') return rename(formatPath(path))
  return rename(formatPath(['discovery', kindOf(after), ...path.slice(1)]))
}

function kindOf(settings: Settings): string {
  return settings.role === 'agent' ? settings.discovery.kind : ''
}

function nameInGroup(member: string | number): string | number {
  return member === 'deadTimeMs' ? 'dead time' : member
}

function rename(name: string): string {
  const found = NAMES.find(([settings]) => name === settings || name.startsWith(`${settings}.`))
  const named = found === undefined ? name : found[1] + name.slice(found[0].length)
  return named.replace(/Ms$/u, '')
}
