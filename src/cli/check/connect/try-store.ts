import { once } from 'node:events'
import { isIP } from 'node:net'
import { connect } from 'node:tls'
import { toElasticsearchOptions } from '../../../collector/open-store.ts'
import type { ElasticsearchStoreSettings } from '../../../config/settings.ts'
import { createClient } from '../../../stores/elasticsearch/http/client.ts'
import { StoreError } from '../../../stores/elasticsearch/http/store-error.ts'
import { silentLog } from '../../../telemetry/log.ts'
import { type Attempt, STEP_LIMIT_MS, describeShown } from './attempt.ts'

/** Asks a host of an Elasticsearch store for its name and version, with the collector's credentials. */
export async function tryStoreHost(host: string, store: ElasticsearchStoreSettings): Promise<readonly Attempt[]> {
  try {
    const { isGood, text } = await ask(host, store)
    if (!isGood) return [{ target: host, outcome: 'error', text }]
    return [{ target: host, outcome: 'ok', text: `${text}${await describeCertificate(host)}` }]
  } catch (error) {
    if (error instanceof StoreError) return [{ target: host, outcome: 'error', text: error.message }]
    throw error
  }
}

/** The certificate of a host that was verified just before. */
async function describeCertificate(host: string): Promise<string> {
  const url = URL.parse(host)
  if (url?.protocol !== 'https:') return ''
  const name = url.hostname.replaceAll(/[[\]]/g, '')
  const socket = connect({
    host: name,
    port: Number(url.port || 443),
    rejectUnauthorized: false,
    ...(isIP(name) === 0 && { servername: name }),
  })
  socket.on('error', () => {}) // it answered a moment ago; the certificate is only left out
  try {
    await once(socket, 'secureConnect', { signal: AbortSignal.timeout(STEP_LIMIT_MS) })
    const certificate = socket.getPeerX509Certificate()
    return certificate === undefined ? '' : `; ${describeShown(certificate)}`
  } catch {
    return ''
  } finally {
    socket.destroy()
  }
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
    // Rights to write are enough: refusing the version, or not having one, does not matter.
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
    return 'it answers' // a proxy may answer something else at its root
  }
}
