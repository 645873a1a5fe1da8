import type { ElasticsearchStoreSettings, StoreAuth, StoreSettings } from '../config/settings.ts'
import type { Watched } from '../flow/watched-value.ts'
import type { Store } from '../stores/contract.ts'
import type { Credentials, ElasticsearchOptions, Target } from '../stores/elasticsearch/options.ts'
import type { Log } from '../telemetry/log.ts'

interface StoreSurroundings {
  /** Those of Elasticsearch, wherever they come from. */
  readonly hosts: Watched<readonly string[]>
  readonly mayMove?: () => boolean
  readonly log: Log
}

/**
 * Opens the store of a configuration. Each kind is loaded only where it is used, which saves the memory of the other one.
 */
export async function openStore(settings: StoreSettings, surroundings: StoreSurroundings): Promise<Store> {
  const { hosts, mayMove, log } = surroundings
  if (settings.type === 'embedded') {
    const { openEmbeddedStore } = await import('../stores/embedded/store.ts')
    return await openEmbeddedStore({ ...settings, log })
  }
  const { createElasticsearchStore } = await import('../stores/elasticsearch/store.ts')
  return await createElasticsearchStore({
    ...toElasticsearchOptions(settings, log),
    hosts,
    ...(mayMove && { mayMove }),
  })
}

/** `forwarder search` asks the same server with the same options. */
export function toElasticsearchOptions(settings: ElasticsearchStoreSettings, log: Log): ElasticsearchOptions {
  const { ca, caFingerprint, certificate, key, pipeline, allowedIndices } = settings
  return {
    hosts: settings.hosts,
    target: toTarget(settings),
    indexWindow: settings.indexWindow,
    senderChoices: settings.senderChoices,
    ...(allowedIndices && { allowedIndices }),
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
