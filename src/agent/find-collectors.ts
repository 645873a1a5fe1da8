import { isDeepStrictEqual } from 'node:util'
import type { AgentSettings } from '../config/settings.ts'
import { connectEtcd, revealAccess } from '../etcd/lazy-client.ts'
import { openDirectory } from '../discovery/open-directory.ts'
import type { CollectorDirectory, DirectoryServer, DirectoryStatus } from '../discovery/directory-contract.ts'
import type { Etcd } from '../etcd/contract.ts'
import { Variable, type Watched } from '../flow/watched-value.ts'
import type { Log } from '../telemetry/log.ts'
import type { ClientTls } from '../tls/client-tls.ts'
import type { Enrolment, EnrolmentStatus } from '../trust/contract.ts'

/** Where an agent sends, and which certificates it trusts there. */
export interface FoundCollectors {
  /** Empty while none is known, and while the agent has no certificate to show them. */
  readonly servers: Watched<readonly DirectoryServer[]>
  /** Undefined: plain text. */
  readonly tls: ClientTls | undefined
  status(): { readonly directory: DirectoryStatus; readonly enrolment?: EnrolmentStatus }
  close(): Promise<void>
}

/** The agent's settings that locate its collectors. */
export interface FindingSettings extends Pick<AgentSettings, 'discovery' | 'enrolment' | 'stateDir'> {
  readonly tls: AgentSettings['network']['tls']
}

/** Starts to look for collectors and does not wait for an answer. Each kind of discovery is loaded only where it is used. */
export async function findCollectors(settings: FindingSettings, log: Log): Promise<FoundCollectors> {
  const { discovery, enrolment, tls, stateDir } = settings
  if (discovery.kind === 'static') return fromDirectory(openDirectory(discovery), tls)
  if (discovery.kind !== 'etcd') return fromDirectory(openDirectory({ ...discovery, log }), tls)
  const { etcd: access } = discovery
  const etcd = await connectEtcd(access, log)
  if (access.layout === 'logstash') {
    const { LogstashDirectory } = await import('../discovery/logstash/logstash-directory.ts')
    const layout = new LogstashDirectory({ etcd, stateDir, tls, log })
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

/** Secrets count with their text. */
export function isSameFinding(one: FindingSettings, other: FindingSettings): boolean {
  return isDeepStrictEqual(reveal(one), reveal(other))
}

/** With secrets in clear, which alone can be compared: not to be logged. */
function reveal({ discovery, enrolment, ...rest }: FindingSettings): unknown {
  return {
    ...rest,
    discovery: discovery.kind === 'etcd' ? { ...discovery, etcd: revealAccess(discovery.etcd) } : discovery,
    enrolment: enrolment && { ...enrolment, token: enrolment.token?.reveal() },
  }
}

function fromDirectory(directory: CollectorDirectory, tls: ClientTls | undefined): FoundCollectors {
  return {
    servers: directory.servers,
    tls,
    status: () => ({ directory: directory.status() }),
    close: () => directory.close(),
  }
}

/** No collector is connected to before there is a certificate: it would refuse the connection. */
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
  begin().catch(() => {}) // closed before it was ready: there is nothing left to update
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

/** Settings are compared by content, and this list must not compare equal to that of a closed enrolment. */
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
