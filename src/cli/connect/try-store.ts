import { TLSSocket } from 'node:tls'
import { toElasticsearchOptions } from '../../collector/open-store.ts'
import type { ElasticsearchStoreSettings } from '../../config/settings.ts'
import { dial } from '../../lumberjack/dial.ts'
import { LinkError } from '../../lumberjack/link-error.ts'
import { createClient } from '../../stores/elasticsearch/client.ts'
import { StoreError } from '../../stores/elasticsearch/error.ts'
import { silentLog } from '../../telemetry/log.ts'
import { TlsClient } from '../../tls/client-tls.ts'
import { TlsError } from '../../tls/tls-error.ts'
import { type Attempt, STEP_LIMIT_MS, describeShown } from './attempt.ts'

/** Asks a host of an Elasticsearch store who it is, with the collector's credentials. */
export async function tryStoreHost(host: string, store: ElasticsearchStoreSettings): Promise<readonly Attempt[]> {
  const fail = (text: string): Attempt[] => [{ target: host, outcome: 'error', text }]
  try {
    const shown = await tryHandshake(host, store)
    const answer = await ask(host, store)
    return answer.isGood ? [{ target: host, outcome: 'ok', text: `${answer.text}${shown}` }] : fail(answer.text)
  } catch (error) {
    if (error instanceof LinkError || error instanceof TlsError || error instanceof StoreError)
      return fail(error.message)
    throw error
  }
}

/** A fingerprint in place of a CA file is judged where the question is asked. */
async function tryHandshake(host: string, { ca, caFingerprint }: ElasticsearchStoreSettings): Promise<string> {
  const url = URL.parse(host)
  if (url?.protocol !== 'https:' || caFingerprint !== undefined) return ''
  const tls = new TlsClient(ca === undefined ? {} : { ca }, silentLog)
  const place = { host: url.hostname.replaceAll(/[[\]]/g, ''), port: Number(url.port === '' ? 443 : url.port) }
  const options = { tls, timeoutMs: STEP_LIMIT_MS, random: Math.random }
  const { socket } = await dial(place, options, new AbortController().signal)
  const certificate = socket instanceof TLSSocket ? socket.getPeerX509Certificate() : undefined
  socket.destroy()
  return certificate === undefined ? '' : `; ${describeShown(certificate)}`
}

interface Reply {
  readonly isGood: boolean
  readonly text: string
}

async function ask(host: string, store: ElasticsearchStoreSettings): Promise<Reply> {
  const options = { ...toElasticsearchOptions(store, silentLog), hosts: [host], requestTimeoutMs: STEP_LIMIT_MS }
  const client = await createClient(options)
  try {
    const result = await client.send({ method: 'GET', path: '/' }, AbortSignal.timeout(2 * STEP_LIMIT_MS))
    if (result.kind !== 'answer') return bad(`the store at ${host} does not answer: ${result.reason}`)
    if (result.status === 401) return bad(`the store at ${host} refuses the credentials of "store" (HTTP 401)`)
    // Rights to write are enough for us: whoever may not ask for the version, or can not, was believed all the same.
    if (result.status < 500 && result.contentType.includes('json'))
      return { isGood: true, text: readVersion(result.body) }
    return bad(
      `the store at ${host} answers with HTTP ${result.status} and ${result.contentType || 'nothing'}: is it a store?`,
    )
  } finally {
    await client.close()
  }
}

function bad(text: string): Reply {
  return { isGood: false, text }
}

function readVersion(body: Buffer): string {
  try {
    const { version } = JSON.parse(body.toString()) as { version?: { number?: unknown; distribution?: unknown } }
    const name = version?.distribution === 'opensearch' ? 'OpenSearch' : 'Elasticsearch'
    return typeof version?.number === 'string' ? `${name} ${version.number}` : 'it answers'
  } catch {
    return 'it answers' // a proxy may say something else at its root
  }
}
