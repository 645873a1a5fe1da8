import { readFile } from 'node:fs/promises'
import type { TlsOptions } from 'node:tls'
import type { ExecutionContext } from 'ava'
import type { WireForm } from '../../../src/lumberjack/send/servers/wire-form-offers.ts'
import type { ClientTls } from '../../../src/tls/client-tls.ts'
import { makeTempDir } from '../files/temp-dir.ts'
import { makeCertificates } from '../trust/certificates.ts'

export const wireForms: readonly WireForm[] = ['lumberjack', 'forwarder/1']

/** The two ends of a connection in one form: how a scripted server listens for it, and how a publisher connects. */
export interface FormEnds {
  readonly server: { readonly tls?: TlsOptions }
  readonly publisher: { readonly tls?: ClientTls }
}

/** Plain text for the form that all receivers read; TLS and a server that selects it for our own. */
export async function endsOf(t: ExecutionContext, form: WireForm): Promise<FormEnds> {
  if (form === 'lumberjack') return { server: {}, publisher: {} }
  const { ca, server } = await makeCertificates(await makeTempDir(t))
  const [cert, key] = await Promise.all([readFile(server.certificate), readFile(server.key)])
  return { server: { tls: { cert, key, ALPNProtocols: [form] } }, publisher: { tls: { ca } } }
}
