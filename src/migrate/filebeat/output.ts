import { parseDuration } from '../../config/values/duration.ts'
import { left, taken, type Note } from '../contract.ts'
import { isOff, isOn, textList, type Settings } from './dotted-settings.ts'

export interface NewNetwork {
  readonly network: Readonly<Record<string, unknown>>
  readonly spoolSize?: number
  readonly notes: readonly Note[]
}

const PREFIX = 'output.logstash.'
const HANDLED = new Set(
  'hosts loadbalance compression_level timeout bulk_max_size pipelining ttl enabled ssl.enabled ssl.certificate_authorities ssl.certificate ssl.key'.split(
    ' ',
  ),
)
const NOT_NEEDED: Readonly<Record<string, string>> = {
  max_retries: 'windows without an ack are sent again indefinitely',
  slow_start: 'window sizes follow the acks of the collector',
  worker: 'one connection to a collector has several windows in flight',
  escape_html: 'events are sent unchanged',
  'backoff.init': 'pauses between attempts start at 0.5 s and grow each time',
  'backoff.max': 'pauses between attempts start at 0.5 s and grow each time',
  'ssl.verification_mode': 'the signer and the name of the server are always verified, as in the mode "full"',
  'ssl.supported_protocols': 'TLS 1.2 and 1.3 are supported',
  'ssl.key_passphrase': 'encrypted keys are not supported: decrypt the key with openssl, mode 0600',
}

/** The section `output.logstash`; `servers` from the command line replace its hosts. */
export function toNetwork(settings: Settings, servers: readonly string[]): NewNetwork {
  const notes: Note[] = []
  const get = (key: string) => settings.get(PREFIX + key)
  const note = (key: string, text: string) => void notes.push(taken(PREFIX + key, text))
  const network: Record<string, unknown> = {}
  const put = (key: string, name: string, value: unknown) => {
    if (value === undefined) return
    network[name] = value
    note(key, `network.${name}: ${JSON.stringify(value)}`)
  }
  put('hosts', 'servers', servers.length > 0 ? servers : textList(get('hosts')))
  put('loadbalance', 'balance', isOn(get('loadbalance')) ? 'all' : undefined)
  put('compression_level', 'compressionLevel', whole(get('compression_level'), 0, 9))
  put('pipelining', 'windowsInFlight', whole(get('pipelining'), 1, 16))
  put('timeout', 'timeout', toDuration(get('timeout')))
  put('ttl', 'maxConnectionAge', toDuration(get('ttl')))
  network['tls'] = toTls(settings, notes)
  const spoolSize = whole(get('bulk_max_size'), 1, 10_000)
  if (spoolSize !== undefined) note('bulk_max_size', `spoolSize: ${spoolSize}`)
  return { network, notes: [...notes, ...others(settings)], ...(spoolSize !== undefined && { spoolSize }) }
}

function toTls(settings: Settings, notes: Note[]): unknown {
  const get = (key: string) => settings.get(`${PREFIX}ssl.${key}`)
  const keys = [...settings.keys()].filter(key => key.startsWith(`${PREFIX}ssl.`))
  if (keys.length === 0 || isOff(get('enabled'))) {
    notes.push(taken(`${PREFIX}ssl`, 'network.tls: false, which is plain text'))
    return false
  }
  const tls: Record<string, string> = {}
  const names = { certificate_authorities: 'ca', certificate: 'certificate', key: 'key' }
  for (const [key, name] of Object.entries(names)) {
    const [first, ...more] = textList(get(key))
    const subject = `${PREFIX}ssl.${key}`
    if (first === undefined) continue
    if (first.includes('-----BEGIN')) {
      notes.push(left(subject, `it holds PEM text; save it to a file and name that as network.tls.${name}`))
      continue
    }
    tls[name] = first
    notes.push(taken(subject, `network.tls.${name}: ${JSON.stringify(first)}`))
    if (more.length > 0) notes.push(left(subject, `${more.join(', ')}: add their contents to the file ${first}`))
  }
  return tls
}

function others(settings: Settings): Note[] {
  return [...settings.keys()].flatMap(key => {
    if (!key.startsWith(PREFIX) || HANDLED.has(key.slice(PREFIX.length))) return []
    return [left(key, NOT_NEEDED[key.slice(PREFIX.length)] ?? 'it has no counterpart')]
  })
}

function whole(value: unknown, from: number, to: number): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value
  if (typeof number !== 'number' || !Number.isInteger(number)) return undefined
  return Math.min(to, Math.max(from, number))
}

/** Go's notation; a bare number counts seconds. */
export function toDuration(value: unknown): string | undefined {
  if (typeof value === 'number' && value > 0) return `${value}s`
  if (typeof value !== 'string' || (parseDuration(value) ?? 0) <= 0) return undefined
  return value
}
