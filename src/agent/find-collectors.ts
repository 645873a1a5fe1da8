import type { AgentSettings } from '../config/settings.ts'
import { connectEtcd } from '../etcd/connect.ts'
import { openDirectory } from '../discovery/directory.ts'
import type { CollectorDirectory, DirectoryServer, DirectoryStatus } from '../discovery/directory-contract.ts'
import type { Etcd } from '../etcd/contract.ts'
import { Variable, type Watched } from '../flow/watched.ts'
import type { Log } from '../telemetry/log.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import type { Enrolment, EnrolmentStatus } from '../trust/contract.ts'

/** Where an agent sends, and whom it trusts there. */
export interface FoundCollectors {
  /** Empty as long as none is known, or as long as there is no certificate to show them. */
  readonly servers: Watched<readonly DirectoryServer[]>
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  status(): { readonly directory: DirectoryStatus; readonly enrolment?: EnrolmentStatus }
  close(): Promise<void>
}

/** What of an agent's settings says where its collectors are. */
export interface FindingSettings extends Pick<AgentSettings, 'discovery' | 'enrolment' | 'stateDir'> {
  readonly tls: AgentSettings['network']['tls']
}

/** Begins to look for collectors; never waits for anyone to answer. Each kind of finding is loaded only where it is used. */
export async function findCollectors(settings: FindingSettings, log: Log): Promise<FoundCollectors> {
  const { discovery, enrolment, tls, stateDir } = settings
  if (discovery.kind === 'static') return fromDirectory(openDirectory(discovery), tls)
  if (discovery.kind !== 'etcd') return fromDirectory(openDirectory({ ...discovery, log }), tls)
  const { etcd: access } = discovery
  const etcd = await connectEtcd(access, log)
  if (access.layout === 'logstash') {
    const { openLogstashLayout } = await import('../discovery/logstash/layout.ts')
    const layout = openLogstashLayout({ etcd, stateDir, tls, log })
    const found = fromDirectory(layout, layout.tls)
    return { ...found, close: () => closeAll(found, etcd) }
  }
  const directory = openDirectory({ kind: 'etcd', etcd, prefix: access.prefix, stateDir, log })
  const found = fromDirectory(directory, tls)
  if (enrolment === undefined) return { ...found, close: () => closeAll(found, etcd) }
  const [{ openEnrolment }, { tokenReader }] = await Promise.all([
    import('../trust/machine/enrolment.ts'),
    import('../trust/machine/token-reader.ts'),
  ])
  const enrolled = openEnrolment({
    etcd,
    prefix: access.prefix,
    role: 'agent',
    name: enrolment.name,
    names: [],
    readToken: tokenReader(enrolment),
    caFingerprint: enrolment.caFingerprint,
    stateDir,
    log,
  })
  return afterEnrolment(found, enrolled, etcd)
}

function fromDirectory(directory: CollectorDirectory, tls: ClientTls | undefined): FoundCollectors {
  return {
    servers: directory.servers,
    tls,
    status: () => ({ directory: directory.status() }),
    close: () => directory.close(),
  }
}

/** Nobody is talked to before there is a certificate: the collectors would refuse us. */
function afterEnrolment(found: FoundCollectors, enrolment: Enrolment, etcd: Etcd): FoundCollectors {
  const servers = new Variable<readonly DirectoryServer[]>([])
  let isReady = false
  const update = () => isReady && servers.set(found.servers.current)
  const stopListening = found.servers.onChange(update)
  const begin = async () => {
    await enrolment.ready
    isReady = true
    update()
  }
  begin().catch(() => {}) // closed before it was ready: nobody looks any more
  return {
    servers,
    tls: { ...enrolment.files, revoked: ownOf(enrolment.revoked) },
    status: () => ({ ...found.status(), enrolment: enrolment.status() }),
    async close() {
      stopListening()
      await enrolment.close()
      await closeAll(found, etcd)
    },
  }
}

/** Settings are compared by their content, and this list must never be taken for that of an enrolment that was closed. */
function ownOf<Value>(watched: Watched<Value>): Watched<Value> {
  return {
    get current() {
      return watched.current
    },
    onChange: listener => watched.onChange(listener),
  }
}

async function closeAll(found: FoundCollectors, etcd: Etcd): Promise<void> {
  await found.close()
  etcd.close()
}
