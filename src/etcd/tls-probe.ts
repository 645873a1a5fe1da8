import { once } from 'node:events'
import { connect } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { type ClientTls, TlsClient } from '../tls/client-tls.ts'
import { explainFailure } from '../tls/explain-failed-connection.ts'
import { TlsError } from '../tls/tls-error.ts'
import { EtcdError } from './contract.ts'

const HANDSHAKE_TIMEOUT_MS = 2000
/** With TLS 1.3 a client certificate is refused after the handshake. */
const REFUSAL_TIMEOUT_MS = 300

/**
 * Performs a TLS handshake with the endpoint to find out why gRPC could not connect: gRPC reports "no connection"
 * whatever the reason. Resolves to undefined if TLS is not the cause.
 */
export async function probeTls(endpoint: string, tls: ClientTls): Promise<EtcdError | undefined> {
  const url = new URL(endpoint)
  const target = { host: url.hostname.replaceAll(/[[\]]/g, ''), port: Number(url.port === '' ? 443 : url.port) }
  const signal = AbortSignal.timeout(HANDSHAKE_TIMEOUT_MS)
  const tcp = connect({ host: target.host, port: target.port })
  tcp.on('error', () => {}) // gRPC reports a network that is down
  try {
    await once(tcp, 'connect', { signal })
    const secure = await new TlsClient(tls, quiet).prepare()
    const socket = await secure(tcp, target, signal)
    const refusal = await waitForRefusal(socket)
    if (refusal === undefined) return undefined
    return new EtcdError('tls', inEtcdsName(explainFailure(refusal, { ...target, tls, step: 'answer' })))
  } catch (error) {
    if (signal.aborted) return undefined // without an answer nothing is known about TLS
    return error instanceof TlsError ? new EtcdError('tls', inEtcdsName(error.message), { cause: error }) : undefined
  } finally {
    tcp.destroy()
  }
}

const quiet = { debug() {}, info() {}, warn() {}, error() {} }

async function waitForRefusal(socket: TLSSocket): Promise<Error | undefined> {
  socket.resume()
  return await new Promise(resolve => {
    socket.on('error', resolve)
    socket.on('close', () => resolve(Object.assign(new Error('closed'), { code: 'closed' })))
    setTimeout(() => resolve(undefined), REFUSAL_TIMEOUT_MS)
  })
}

function inEtcdsName(sentence: string): string {
  return `no TLS to etcd: ${sentence.replace(/^the server at/, 'etcd at')}`
}
