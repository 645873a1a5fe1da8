import type { KeyObject, X509Certificate } from 'node:crypto'
import { parseCertificates, parseKey } from '../../tls/pem.ts'
import type { HostAndPort } from '../../flow/host-port.ts'
import { reasonOf } from '../../flow/error-reason.ts'
import { readPublishedAddress } from '../parse-published-address.ts'

/** The keys with which fleets of logstash-forwarder, etcd and confd find their Logstash. */
export const LOGSTASH_PREFIX = '/logstash/'
export const HOST_KEY = '/logstash/host'
export const CERTIFICATE_KEY = '/logstash/ssl_certificate'
export const PRIVATE_KEY_KEY = '/logstash/ssl_private_key'

/** The port of Logstash in those fleets. */
const DEFAULT_PORT = 10_101
/** Each protects from a value that was written by mistake. */
const MAX_HOST_BYTES = 300
const MAX_PEM_BYTES = 64 * 1024

export interface LogstashValues {
  readonly host?: HostAndPort
  /** The server's chain as PEM text, its own certificate first. */
  readonly certificate?: { readonly pem: string; readonly leaf: X509Certificate }
  readonly privateKey?: { readonly pem: string; readonly key: KeyObject }
}

type Read = LogstashValues | { readonly fault: string }

export function readLogstashValue(bytes: Buffer, key: string): Read {
  if (key === HOST_KEY) return readHost(bytes)
  if (bytes.length > MAX_PEM_BYTES)
    return { fault: `it has ${bytes.length} bytes; at most ${MAX_PEM_BYTES} are allowed` }
  try {
    return key === CERTIFICATE_KEY ? readCertificate(bytes.toString()) : readPrivateKey(bytes.toString())
  } catch (error) {
    return { fault: reasonOf(error) }
  }
}

function readHost(bytes: Buffer): Read {
  const text = bytes.subarray(0, MAX_HOST_BYTES).toString().trim()
  const host = bytes.length > MAX_HOST_BYTES ? undefined : readPublishedAddress(text, DEFAULT_PORT)
  return host === undefined
    ? {
        fault: `${JSON.stringify(text.slice(0, 60))} is not a host; expected "host" (with port ${DEFAULT_PORT}) or "host:port"`,
      }
    : { host }
}

function readCertificate(text: string): Read {
  const [leaf, ...others] = parseCertificates(text, CERTIFICATE_KEY)
  return { certificate: { pem: [leaf, ...others].map(one => one.toString()).join(''), leaf } }
}

/** The error for an unreadable key describes its form and never its content. */
function readPrivateKey(text: string): Read {
  const key = parseKey(text, PRIVATE_KEY_KEY)
  return { privateKey: { pem: key.export({ type: 'pkcs8', format: 'pem' }), key } }
}
