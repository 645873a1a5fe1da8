import { once } from 'node:events'
import { connect } from 'node:net'
import { TlsClient } from '../../../tls/client-tls.ts'
import { TlsError } from '../../../tls/tls-error.ts'
import type { StoreTls } from '../options.ts'

const PATIENCE_MS = 2000

/**
 * Shakes hands with the host by itself, to say what undici's error does not: which names and whose signature its certificate
 * has, and what mends it. Undefined where that goes well, or where a fingerprint decides, which has words of its own.
 */
export async function explainTls(
  base: URL,
  { ca, certificate, key, caFingerprint }: StoreTls,
): Promise<string | undefined> {
  if (base.protocol !== 'https:' || caFingerprint !== undefined) return undefined
  const host = base.hostname.replaceAll(/[[\]]/g, '')
  const port = Number(base.port === '' ? 443 : base.port)
  const limit = AbortSignal.timeout(PATIENCE_MS)
  const tcp = connect({ host, port })
  tcp.on('error', () => {}) // a network that is down has been reported
  try {
    await once(tcp, 'connect', { signal: limit })
    const own = certificate !== undefined && key !== undefined ? { certificate, key } : {}
    const secure = await new TlsClient({ ...own, ...(ca !== undefined && { ca }) }, quiet).prepare()
    await secure(tcp, { host, port }, limit)
    return undefined
  } catch (error) {
    if (!(error instanceof TlsError) || limit.aborted) return undefined
    return error.message.replace(/^the server at/, 'the store at')
  } finally {
    tcp.destroy()
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }
