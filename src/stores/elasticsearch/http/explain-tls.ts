import { once } from 'node:events'
import { connect } from 'node:net'
import { TlsClient } from '../../../tls/client-tls.ts'
import { TlsError } from '../../../tls/tls-error.ts'
import type { StoreTls } from '../options.ts'

const TIMEOUT_MS = 2000

/**
 * Repeats the handshake with the host to explain what undici's error does not: the names and the signer of its certificate, and
 * the remedy. Undefined if the handshake succeeds, or if a fingerprint decides, which has its own error.
 */
export async function explainTls(
  base: URL,
  { ca, certificate, key, caFingerprint }: StoreTls,
): Promise<string | undefined> {
  if (base.protocol !== 'https:' || caFingerprint !== undefined) return undefined
  const host = base.hostname.replaceAll(/[[\]]/g, '')
  const port = Number(base.port === '' ? 443 : base.port)
  const limit = AbortSignal.timeout(TIMEOUT_MS)
  const tcp = connect({ host, port })
  tcp.on('error', () => {}) // a network error has been reported already
  try {
    await once(tcp, 'connect', { signal: limit })
    const own = certificate !== undefined && key !== undefined ? { certificate, key } : {}
    const secure = await new TlsClient({ ...own, ...(ca !== undefined && { ca }) }, QUIET_LOG).prepare()
    await secure(tcp, { host, port }, limit)
    return undefined
  } catch (error) {
    if (!(error instanceof TlsError) || limit.aborted) return undefined
    return error.message.replace(/^the server at/, 'the store at')
  } finally {
    tcp.destroy()
  }
}

const QUIET_LOG = { debug() {}, info() {}, warn() {}, error() {} }
