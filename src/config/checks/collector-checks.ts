import { formatAddress } from '../../flow/host-port.ts'
import { isLoopback } from '../values/configured-address.ts'
import type { CollectorConfig } from '../schema/collector-schema.ts'
import { asList, checkAddresses, checkMetrics } from './common-checks.ts'
import { checkCollectorDiscovery } from './discovery-and-trust-checks.ts'
import type { Incomplete, CheckReport } from './check-report.ts'
import { checkNameField } from './name-field-check.ts'
import type { Secrets } from '../values/secret.ts'
import type { StoreAuth } from '../settings.ts'
import { DEFAULT_EVENT_BYTES } from '../values/event-bounds.ts'
import { formatSize, parseSizeBytes } from '../values/size.ts'
import { readAuth } from './store-auth.ts'
import { checkIndexFields } from './index-field-checks.ts'
import { isExposed, lacksPort, readHosts } from './store-addresses.ts'

type Config = Incomplete<CollectorConfig>
type Elasticsearch = Extract<Config['store'], { readonly type?: 'elasticsearch' | undefined }>

const TARGETS = ['index', 'dataStream', 'alias'] as const

export interface CollectorSecrets extends Secrets {
  readonly store: StoreAuth
}

/**
 * The rules that no schema can express. Every check tolerates missing parts, so that the rest is still checked. Secrets
 * are read once, here, and returned.
 */
export function checkCollector(config: Config, report: CheckReport): CollectorSecrets {
  checkMetrics(config.metrics?.listen, report)
  checkListen(config, report)
  checkTls(config.tls, report)
  checkLimits(config.limits, report)
  checkNameField(config, report)
  const secrets = checkCollectorDiscovery(config, report)
  checkStoreHosts(config, report)
  return { ...secrets, store: checkStore(config.store, report) }
}

export function checkStore(store: Config['store'], report: CheckReport): StoreAuth {
  return store?.type === 'elasticsearch' ? checkElasticsearch(store, report) : { kind: 'none' }
}

function checkStoreHosts({ store, discovery }: Config, report: CheckReport): void {
  if (store?.type !== 'elasticsearch') return
  const { hosts, hostsKey } = store
  if (hosts === undefined && discovery?.etcd === undefined)
    report.noteMissing(
      ['store', 'hosts'],
      'a list such as ["https://es1:9200"], or "discovery" with the etcd that has them',
    )
  if (hosts === undefined && hostsKey !== undefined && discovery?.etcd === undefined)
    report.error(
      ['store', 'hostsKey'],
      'store.hostsKey is a key in etcd, but there is no "discovery" with the address of etcd',
    )
}

function checkListen(config: Config, report: CheckReport): void {
  const addresses = checkAddresses(asList(config.listen), ['listen'], report)
  const open = addresses.find(({ host }) => !isLoopback(host))
  if (open === undefined) return
  const name = formatAddress(open)
  if (config.tls === undefined && config.enrolment === undefined) {
    const remedy = 'add "tls" (forwarder ca makes certificates), or set "tls": false for plain text'
    report.error(['listen'], `${name} can be reached from outside, but there is no "tls": ${remedy}`)
  }
  if (config.tls === false)
    report.warn(['tls'], `TLS is off: anyone on the network path to ${name} can read and send events`)
}

function checkTls(tls: Config['tls'], report: CheckReport): void {
  if (tls === undefined || tls === false) return
  const { clientAuth, ca } = tls
  if (clientAuth !== undefined && clientAuth !== 'none' && ca === undefined) {
    const message = `tls.clientAuth is "${clientAuth}", but there is no tls.ca with the authorities to trust`
    report.error(['tls', 'clientAuth'], message)
  }
  if (clientAuth === 'none' && ca !== undefined) {
    report.warn(['tls', 'ca'], 'tls.ca has no effect while tls.clientAuth is "none"')
  }
}

function checkLimits(limits: Config['limits'], report: CheckReport): void {
  const event = parseSizeBytes(limits?.eventBytes ?? '')
  if (event !== undefined && event < DEFAULT_EVENT_BYTES) {
    const size = formatSize(DEFAULT_EVENT_BYTES)
    report.warn(
      ['limits', 'eventBytes'],
      `limits.eventBytes (${limits?.eventBytes}) is less than ${size}: agents may send events that this collector refuses`,
    )
  }
  const inflated = parseSizeBytes(limits?.inflatedBytes ?? '')
  if (event === undefined || inflated === undefined || event <= inflated) return
  const message = `limits.eventBytes (${limits?.eventBytes}) is more than limits.inflatedBytes (${limits?.inflatedBytes}): such an event could never arrive compressed; raise inflatedBytes`
  report.error(['limits', 'eventBytes'], message)
}

function checkElasticsearch(store: Elasticsearch, report: CheckReport): StoreAuth {
  const [first, second] = TARGETS.filter(key => store[key] !== undefined)
  if (first !== undefined && second !== undefined)
    report.error(['store', second], `store has both "${first}" and "${second}"; remove one of them`)
  checkIndexFields(store, report)
  if (store.hosts !== undefined && store.hostsKey !== undefined)
    report.error(['store', 'hostsKey'], 'store has both "hosts" and "hostsKey"; remove one of them')
  if ((store.certificate === undefined) !== (store.key === undefined)) {
    const missing = store.key === undefined ? 'key' : 'certificate'
    report.error(['store'], `store.${missing} is missing: a certificate needs its key; set both or neither`)
  }
  const hosts = readHosts(store.hosts ?? [], report)
  for (const host of hosts.filter(name => lacksPort(name))) {
    report.warn(['store', 'hosts'], `${host} has no port, so port 80 is used; Elasticsearch usually listens on 9200`)
  }
  const auth = readAuth(store, report)
  if (auth.kind !== 'none' && isExposed(hosts)) {
    report.warn(['store', 'hosts'], 'a secret is sent to this store in plain text; use https://')
  }
  const authority = store.ca ?? store.caFingerprint
  if (authority !== undefined && hosts.length > 0 && !hosts.some(host => host.startsWith('https:'))) {
    report.warn(['store'], 'store.ca and store.caFingerprint have no effect on hosts that are all http://')
  }
  if (store.hosts === undefined) checkHostsInEtcd(store, auth, report)
  return auth
}

/** A writer of etcd chooses the hosts. */
function checkHostsInEtcd(store: Elasticsearch, auth: StoreAuth, report: CheckReport): void {
  if (auth.kind === 'none') return
  if (store.allowPlainHosts === true)
    return report.warn(
      ['store', 'allowPlainHosts'],
      'store.allowPlainHosts lets every writer of etcd read the secret, in plain text',
    )
  if ((store.ca ?? store.caFingerprint) === undefined)
    report.warn(
      ['store'],
      'the hosts come from etcd without store.ca: any host there with a certificate of an authority that this machine trusts gets the secret',
    )
}
