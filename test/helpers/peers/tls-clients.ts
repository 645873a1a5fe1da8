import type { ExecutionContext } from 'ava'
import type { ClientTls } from '../../../src/tls/client-tls.ts'
import { shakeHands } from './handshakes.ts'
import { RawClient } from './raw-client.ts'

/** A raw client behind a TLS handshake. */
export async function connectSecure(t: ExecutionContext, port: number, tls: ClientTls): Promise<RawClient> {
  return new RawClient(await shakeHands(t, { port, tls }))
}
