import { isLoopback, parseConfiguredAddress } from '../values/configured-address.ts'
import type { AgentConfig } from '../schema/agent-schema.ts'
import { checkAddresses, checkMetrics } from './common-checks.ts'
import { checkAgentDiscovery } from './discovery-and-trust-checks.ts'
import { checkFields } from './event-field-checks.ts'
import type { Incomplete, CheckReport } from './check-report.ts'
import { MAX_FIELDS_BYTES } from '../values/event-bounds.ts'
import { checkRecords } from './record-checks.ts'
import type { Secrets } from '../values/secret.ts'

type Config = Incomplete<AgentConfig>
type Network = NonNullable<Config['network']>

const SSL_KEYS = ['ssl certificate', 'ssl key', 'ssl ca'] as const

/**
 * The rules that no schema can express. Every check tolerates missing parts, so that the rest is still checked. Secrets
 * are read once, here, and returned.
 */
export function checkAgent(config: Config, report: CheckReport): Secrets {
  checkMetrics(config.metrics?.listen, report)
  if (config.network !== undefined) checkNetwork(config.network, report)
  checkFiles(config, report)
  return checkAgentDiscovery(config, report)
}

function checkNetwork(network: Network, report: CheckReport): void {
  for (const [index, { port }] of checkAddresses(network.servers ?? [], ['network', 'servers'], report).entries()) {
    if (port === 0) report.error(['network', 'servers', index], 'network.servers: nothing listens on port 0')
  }
  checkTls(network, report)
}

function checkTls(network: Network, report: CheckReport): void {
  const { tls } = network
  const old = SSL_KEYS.find(key => network[key] !== undefined)
  if (tls !== undefined && old !== undefined) {
    const message = `network has both "tls" and "${old}", which mean the same; remove one of them`
    report.error(['network', 'tls'], message)
  }
  if (tls === false) {
    if (!isLocal(network))
      report.warn(['network', 'tls'], 'TLS is off: anyone on the network path can read and change the events')
  } else if (tls !== undefined) {
    checkPair(tls, report)
  } else {
    warnAboutHalfPair(network, report)
  }
}

/** True if every server is on this machine. */
function isLocal({ servers }: Network): boolean {
  const addresses = servers?.map(text => parseConfiguredAddress(text ?? '')) ?? []
  return addresses.length > 0 && addresses.every(address => 'host' in address && isLoopback(address.host))
}

function checkPair(tls: Exclude<Network['tls'], false | undefined>, report: CheckReport): void {
  const missing = missingHalf(tls.certificate, tls.key)
  if (missing === undefined) return
  const message = `network.tls.${missing} is missing: a certificate needs its key; set both or neither`
  report.error(['network', 'tls'], message)
}

/** Only a warning, because logstash-forwarder accepted it. */
function warnAboutHalfPair(network: Network, report: CheckReport): void {
  const missing = missingHalf(network['ssl certificate'], network['ssl key'])
  if (missing === undefined) return
  const message = `network."ssl ${missing}" is missing, so the agent shows no certificate; set both or neither`
  report.warn(['network', missing === 'key' ? 'ssl certificate' : 'ssl key'], message)
}

function missingHalf(certificate: string | undefined, key: string | undefined): 'certificate' | 'key' | undefined {
  if (certificate !== undefined && key === undefined) return 'key'
  return certificate === undefined && key !== undefined ? 'certificate' : undefined
}

function checkFiles(config: Config, report: CheckReport): void {
  const protocol = config.network?.protocol ?? 2
  if (config.files?.length === 0) report.warn(['files'], 'files is empty: nothing is followed until an entry is added')
  checkFields({ fields: config.fields, path: ['fields'], protocol }, report)
  for (const [index, group] of (config.files ?? []).entries()) {
    const place = { path: ['files', index, 'fields'], protocol, global: config.fields }
    checkFields({ fields: group?.fields, ...place }, report)
    const tags = group?.tags && { tags: group.tags }
    checkEnvelope({ config, fields: { ...group?.fields, ...tags }, index }, report)
    if (group !== undefined) checkRecords(group, ['files', index], report)
  }
  checkPaths(config, report)
}

interface GroupFields {
  readonly config: Config
  readonly fields: object | undefined
  readonly index: number
}

/** Each event has them all, and every collector must take it. */
function checkEnvelope(
  { config: { fields: global = {}, host = '' }, fields = {}, index }: GroupFields,
  report: CheckReport,
): void {
  const bytes = Buffer.byteLength(JSON.stringify([{ ...global, ...fields }, host]))
  if (bytes <= MAX_FIELDS_BYTES) return
  const names = `fields and files[${index}].fields with host`
  report.error(
    ['files', index],
    `${names}: ${bytes} bytes as JSON would be in each event, and at most ${MAX_FIELDS_BYTES} may be, so that every collector takes it`,
  )
}

function checkPaths({ files = [] }: Config, report: CheckReport): void {
  const paths = files.flatMap((group, index) =>
    (group?.paths ?? []).map((path, inner) => ({ path, at: ['files', index, 'paths', inner] })),
  )
  const [, ...repeatedInputs] = paths.filter(({ path }) => path === '-')
  for (const { at } of repeatedInputs)
    report.warn(at, '"-" is listed twice; standard input is read once, for the first of them')
  for (const { path, at } of paths)
    if (path?.endsWith('/'))
      report.warn(at, `"${path}" names a directory, in which nothing is followed; write "${path}*"`)
}
