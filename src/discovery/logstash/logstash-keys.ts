import type { KeyObject, X509Certificate } from 'node:crypto'
import { parseCertificates, parseKey } from '../../tls/pem.ts'
import type { HostAndPort } from '../../flow/host-port.ts'
import { reasonOf } from '../../flow/reason.ts'
import { readPublishedAddress } from '../published-address.ts'

/** The keys by which fleets with logstash-forwarder, etcd and confd find their Logstash. */
export const LOGSTASH_PREFIX = '/logstash/'
export const HOST_KEY = '/logstash/host'
export const CERTIFICATE_KEY = '/logstash/ssl_certificate'
export const PRIVATE_KEY_KEY = '/logstash/ssl_private_key'

/** The port of the Logstash in those fleets. */
const PORT = 10_101
/** Each protects from a value that was written by mistake. */
const LONGEST_HOST_BYTES = 300
const LONGEST_PEM_BYTES = 64 * 1024

export interface LogstashValues {
  readonly host?: HostAndPort
  /** PEM text of what the server shows, the server's own first. */
  readonly certificate?: { readonly pem: string; readonly leaf: X509Certificate }
  readonly privateKey?: { readonly pem: string; readonly key: KeyObject }
}

type Read = LogstashValues | { readonly fault: string }

export function readLogstashValue(bytes: Buffer, key: string): Read {
  if (key === HOST_KEY) return readHost(bytes)
  if (bytes.length > LONGEST_PEM_BYTES)
    return { fault: `it has ${bytes.length} bytes; ${LONGEST_PEM_BYTES} are the most` }
  try {
    return key === CERTIFICATE_KEY ? readCertificate(bytes.toString()) : readPrivateKey(bytes.toString())
  } catch (error) {
    return { fault: reasonOf(error) }
  }
}

function readHost(bytes: Buffer): Read {
  const text = bytes.subarray(0, LONGEST_HOST_BYTES).toString().trim()
  const host = bytes.length > LONGEST_HOST_BYTES ? undefined : readPublishedAddress(text, PORT)
  return host === undefined
    ? {
        fault: `${JSON.stringify(text.slice(0, 60))} is no host; expected is "host" (its port is ${PORT} then) or "host:port"`,
      }
    : { host }
}

function readCertificate(text: string): Read {
  const [leaf, ...others] = parseCertificates(text, CERTIFICATE_KEY)
  return { certificate: { pem: [leaf, ...others].map(one => one.toString()).join(''), leaf } }
}

/** What the message of a key that can't be read says is about its form and never its content. */
function readPrivateKey(text: string): Read {
  const key = parseKey(text, PRIVATE_KEY_KEY)
  return { privateKey: { pem: key.export({ type: 'pkcs8', format: 'pem' }), key } }
}
