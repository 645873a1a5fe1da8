import { isLoopback } from '../values/configured-address.ts'
import type { AgentConfig } from '../schema/agent-schema.ts'
import type { AuthorityFileConfig } from '../schema/ca-serve-schema.ts'
import type { CollectorConfig } from '../schema/collector-schema.ts'
import type { AuthorityConfig, EtcdConfig } from '../schema/discovery-and-trust-schema.ts'
import { checkSecrecy, readSecret } from './read-secret.ts'
import type { Incomplete, CheckReport } from './check-report.ts'
import type { Secret, Secrets } from '../values/secret.ts'

type Etcd = Incomplete<EtcdConfig>
type Agent = Incomplete<AgentConfig>
type Collector = Incomplete<CollectorConfig>

const KINDS = ['etcd', 'dns', 'srv'] as const

export function checkAgentDiscovery(config: Agent, report: CheckReport): Secrets {
  const { discovery, enrolment } = config
  checkSourceOfCollectors(config, report)
  checkAgentEnrolment(config, report)
  return { ...checkEtcd(discovery?.etcd, enrolment !== undefined, report), ...checkToken(enrolment, report) }
}

function checkSourceOfCollectors({ discovery, network }: Agent, report: CheckReport): void {
  const servers = network?.servers
  const kinds = KINDS.filter(kind => discovery?.[kind] !== undefined)
  if (discovery === undefined && servers === undefined)
    report.noteMissing(
      ['network', 'servers'],
      'a list such as ["logs.example.com:5044"], or "discovery" beside "network"',
    )
  if (discovery !== undefined && servers !== undefined)
    report.error(
      ['discovery'],
      'there are "discovery" and "network.servers", which both name the collectors; remove one of them',
    )
  if (discovery !== undefined && kinds.length !== 1) {
    const found = kinds.length === 0 ? 'found none of them' : `found ${kinds.map(kind => `"${kind}"`).join(' and ')}`
    report.error(['discovery'], `discovery needs exactly one of "etcd", "dns" and "srv"; ${found}`)
  }
}

function checkAgentEnrolment({ discovery, network, enrolment }: Agent, report: CheckReport): void {
  if (enrolment === undefined) return
  const tls = network?.tls ?? network?.['ssl certificate'] ?? network?.['ssl ca']
  if (tls !== undefined)
    report.error(
      ['enrolment'],
      'there are "enrolment" and certificates, or "tls": false, in "network"; remove one of them',
    )
  if (discovery?.etcd === undefined)
    report.error(['enrolment'], 'enrolment needs "discovery": {"etcd": …}, through which the authority answers')
}

export function checkCollectorDiscovery(config: Collector, report: CheckReport): Secrets {
  const { discovery, enrolment, ca } = config
  const needy = (['enrolment', 'advertise', 'ca'] as const).filter(key => config[key] !== undefined)
  if (discovery === undefined) for (const key of needy) report.error([key], `${key} needs "discovery": {"etcd": …}`)
  checkCollectorEnrolment(config, report)
  checkPrivateKey(config, report)
  const secrets = checkEtcd(discovery?.etcd, enrolment !== undefined || ca !== undefined, report)
  return { ...secrets, ...checkToken(enrolment, report), ...checkAuthority(ca, report) }
}

function checkCollectorEnrolment({ enrolment, advertise, tls }: Collector, report: CheckReport): void {
  if (enrolment === undefined) return
  if (tls !== undefined)
    report.error(
      ['enrolment'],
      'there are "enrolment" and "tls", which both provide the certificate; remove one of them',
    )
  if (advertise === false)
    report.error(
      ['advertise'],
      'advertise is false, but "enrolment" needs the names by which agents reach this collector; set them in "advertise"',
    )
}

function checkPrivateKey({ discovery, advertise }: Collector, report: CheckReport): void {
  if (advertise === undefined || advertise === false || advertise.privateKey === undefined) return
  const path = ['advertise', 'privateKey']
  if (discovery?.etcd?.layout !== 'logstash')
    report.error(path, 'advertise.privateKey works only with "layout": "logstash": no other layout needs it')
  else report.warn(path, 'the private key is published: anyone who can read etcd can impersonate this collector')
}

export function checkAuthorityFile(config: Incomplete<AuthorityFileConfig>, report: CheckReport): Secrets {
  return { ...checkEtcd(config.discovery?.etcd, true, report), ...checkAuthority(config.ca, report) }
}

function checkEtcd(etcd: Etcd | undefined, hasTrust: boolean, report: CheckReport): Secrets {
  if (etcd === undefined) return {}
  const path = ['discovery', 'etcd']
  const endpoints = checkEndpoints(etcd, report)
  if ((etcd.certificate === undefined) !== (etcd.key === undefined)) {
    const missing = etcd.key === undefined ? 'key' : 'certificate'
    report.error(path, `discovery.etcd.${missing} is missing: a certificate needs its key; set both or neither`)
  }
  if (hasTrust && etcd.layout === 'logstash')
    report.error([...path, 'layout'], 'the layout "logstash" does not support enrolment; remove "layout", or use "tls"')
  const password = readSecret(etcd, 'password', { in: path, report })
  if (etcd.user !== undefined && etcd.password === undefined && etcd.passwordFile === undefined)
    report.error(
      [...path, 'user'],
      'discovery.etcd.user has no password: add "passwordFile", or "password": "${NAME}" to take it from the environment',
    )
  if (etcd.user === undefined && password !== undefined)
    report.error(path, 'discovery.etcd has a password but no "user" for it')
  if (
    password !== undefined &&
    endpoints.some(({ protocol, hostname }) => protocol === 'http:' && !isLoopback(hostname))
  )
    report.warn([...path, 'endpoints'], 'the password is sent to etcd in plain text; use https://')
  return password === undefined ? {} : { etcdPassword: password }
}

function checkEndpoints({ endpoints = [] }: Etcd, report: CheckReport): URL[] {
  return endpoints.flatMap((text, index) => {
    if (text === undefined) return []
    const url = URL.parse(text.trim())
    const path = ['discovery', 'etcd', 'endpoints', index]
    const fault = findEndpointFault(text, url)
    if (fault !== undefined) report.error(path, `discovery.etcd.endpoints[${index}]: ${fault}`)
    return fault === undefined && url !== null ? [url] : []
  })
}

function findEndpointFault(text: string, url: URL | null): string | undefined {
  if (!/^https?:\/\//iu.test(text.trim()))
    return 'it has no http:// or https:// before the name; add one of them, as in "https://etcd1:2379"'
  if (url === null) return 'this is not an address; expected one such as "https://etcd1:2379"'
  if (url.username !== '' || url.password !== '')
    return 'an address must not contain a user or password, because logs would show it; use "user" and "passwordFile"'
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '')
    return 'an address ends with its port here; a path inside etcd goes into "prefix"'
  return undefined
}

function checkToken(
  enrolment: Agent['enrolment'] | Collector['enrolment'],
  report: CheckReport,
): { readonly token?: Secret } {
  if (enrolment === undefined) return {}
  const { token: text, tokenFile } = enrolment
  if (text !== undefined && tokenFile !== undefined)
    report.error(['enrolment', 'token'], 'enrolment has both "token" and "tokenFile"; remove one of them')
  // The file is read when a token is needed: it may come later, and may be deleted after the first certificate.
  if (tokenFile !== undefined) checkTokenSecrecy(tokenFile, report)
  const token = readSecret({ token: text }, 'token', { in: ['enrolment'], report })
  return token === undefined ? {} : { token }
}

function checkTokenSecrecy(tokenFile: string, report: CheckReport): void {
  try {
    checkSecrecy(tokenFile, ['enrolment', 'tokenFile'], report)
  } catch {
    // This user may not look: then reading it reports that, when a token is needed.
  }
}

function checkAuthority(
  ca: Incomplete<AuthorityConfig> | undefined,
  report: CheckReport,
): { readonly passphrase?: Secret } {
  if (ca === undefined) return {}
  const passphrase = readSecret(ca, 'passphrase', { in: ['ca'], report })
  return passphrase === undefined ? {} : { passphrase }
}
