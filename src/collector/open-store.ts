import type { ElasticsearchStoreSettings, StoreAuth, StoreSettings } from '../config/settings.ts'
import type { Watched } from '../flow/watched-value.ts'
import type { Store } from '../stores/contract.ts'
import type { Credentials, ElasticsearchOptions, Target } from '../stores/elasticsearch/options.ts'
import type { Log } from '../telemetry/log.ts'

/**
 * Opens the store of a configuration; `hosts` are those of Elasticsearch, wherever they come from. Each kind is loaded only
 * where it is used, which saves the memory of the other one.
 */
export async function openStore(settings: StoreSettings, hosts: Watched<readonly string[]>, log: Log): Promise<Store> {
  if (settings.type === 'embedded') {
    const { openEmbeddedStore } = await import('../stores/embedded/store.ts')
    return await openEmbeddedStore({ ...settings, log })
  }
  const { createElasticsearchStore } = await import('../stores/elasticsearch/store.ts')
  return await createElasticsearchStore({ ...toElasticsearchOptions(settings, log), hosts })
}

/** `forwarder search` asks the same server with the same options. */
export function toElasticsearchOptions(settings: ElasticsearchStoreSettings, log: Log): ElasticsearchOptions {
  const { ca, caFingerprint, certificate, key, pipeline } = settings
  return {
    hosts: settings.hosts,
    target: toTarget(settings),
    indexWindow: settings.indexWindow,
    senderChoices: settings.senderChoices,
    tls: {
      ...(ca && { ca }),
      ...(caFingerprint && { caFingerprint }),
      ...(certificate && key && { certificate, key }),
    },
    compression: settings.compression ? 'gzip' : 'none',
    installsTemplate: settings.template,
    requestTimeoutMs: settings.requestTimeoutMs,
    maxRequestBytes: settings.bulkBytes,
    log,
    ...(pipeline === undefined ? {} : { pipeline }),
    ...toCredentials(settings.auth),
  }
}

function toTarget({ index, dataStream, alias }: ElasticsearchStoreSettings): Target {
  if (dataStream !== undefined) return { kind: 'dataStream', name: dataStream }
  return alias === undefined ? { kind: 'index', pattern: index } : { kind: 'alias', name: alias }
}

function toCredentials(auth: StoreAuth): { credentials?: Credentials } {
  switch (auth.kind) {
    case 'none':
      return {}
    case 'basic':
      return { credentials: { kind: 'basic', user: auth.user, password: auth.password.reveal() } }
    case 'apiKey':
      return { credentials: { kind: 'apiKey', key: auth.apiKey.reveal() } }
    case 'bearer':
      return { credentials: { kind: 'bearer', token: auth.token.reveal() } }
  }
}
