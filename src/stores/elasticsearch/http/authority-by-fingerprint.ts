import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { connect, type DetailedPeerCertificate, type TLSSocket } from 'node:tls'

export interface FingerprintQuery {
  readonly hostname: string
  readonly port?: string | null
  readonly fingerprint: string
  readonly cert?: Buffer
  readonly key?: Buffer
  /** Milliseconds. */
  readonly timeout: number
}

export function normalizeFingerprint(fingerprint: string): string {
  return fingerprint.replaceAll(/[^0-9a-f]/gi, '').toUpperCase()
}

/**
 * Finds the certificate in the server's chain that has this SHA-256, as PEM. Nothing is sent on the connection that looks for
 * it, and nothing else in that chain is trusted: the caller verifies it all with this certificate as the authority. Rejects if
 * there is none, with code `UNABLE_TO_VERIFY_LEAF_SIGNATURE` as for any other untrusted chain.
 */
export async function findAuthority(query: FingerprintQuery): Promise<string> {
  const socket = await openUnverified(query)
  try {
    const wanted = normalizeFingerprint(query.fingerprint)
    const found = listChain(socket.getPeerCertificate(true)).find(
      certificate => normalizeFingerprint(certificate.fingerprint256) === wanted,
    )
    if (found !== undefined) return new X509Certificate(found.raw).toString()
  } finally {
    socket.destroy()
  }
  const message = `no certificate that ${query.hostname} sends has the SHA-256 ${query.fingerprint}; the server must also send the certificate of its authority`
  throw Object.assign(new Error(message), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' })
}

function openUnverified(query: FingerprintQuery): Promise<TLSSocket> {
  const { hostname, cert, key } = query
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  return new Promise((resolve, reject) => {
    const socket = connect({
      host,
      port: Number(query.port) || 443,
      rejectUnauthorized: false,
      ...(isIP(host) === 0 && { servername: host }),
      ...(cert && { cert }),
      ...(key && { key }),
      timeout: query.timeout,
    })
    socket.once('secureConnect', () => resolve(socket))
    socket.once('timeout', () => socket.destroy(Object.assign(new Error('timeout'), { code: 'ETIMEDOUT' })))
    socket.on('error', reject)
  })
}

/** Lists the leaf first. The root of a chain names itself as its issuer. */
function listChain(leaf: DetailedPeerCertificate): DetailedPeerCertificate[] {
  const chain: DetailedPeerCertificate[] = []
  let next: DetailedPeerCertificate | undefined = leaf
  while (next?.raw !== undefined && !chain.includes(next)) {
    chain.push(next)
    next = next.issuerCertificate
  }
  return chain
}
