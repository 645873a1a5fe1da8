import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AgentSettings, EtcdSettings } from '../../../config/settings.ts'
import { readEntry } from '../../../discovery/collector-entry.ts'
import type { DirectoryServer } from '../../../discovery/directory-contract.ts'
import {
  HOST_KEY,
  LOGSTASH_PREFIX,
  type LogstashValues,
  readLogstashValue,
} from '../../../discovery/logstash/logstash-keys.ts'
import { systemDns } from '../../../discovery/dns.ts'
import { explainLookup } from '../../../discovery/refreshed-directory.ts'
import { orderServers } from '../../../discovery/srv-directory.ts'
import { Variable } from '../../../flow/watched-value.ts'
import type { ClientTls } from '../../../tls/client-tls.ts'
import { tokenCommand } from '../../../tls/remedy-commands.ts'
import { identityFiles } from '../../../tls/identity-files.ts'
import { readRevocations } from '../../../trust/machine/trust-memory.ts'
import { type Attempt, tryAll } from './attempt.ts'
import { tryEtcd } from './try-etcd.ts'
import { tryServer } from './try-server.ts'

/** The servers, and the attempts made to find them. */
interface Found {
  readonly attempts: readonly Attempt[]
  readonly servers: readonly DirectoryServer[]
  /** Replaces the configured files where those are absent. */
  readonly tls?: ClientTls
}

/** Tries every collector that the agent could send to. */
export async function connectAgent(settings: AgentSettings): Promise<Attempt[]> {
  const dir = await mkdtemp(join(tmpdir(), 'forwarder-check-'))
  try {
    const found = await findServers(settings, dir)
    const { attempts, tls } = chooseTls(settings, found)
    const { protocol, wireForm } = settings.network
    const tried = await tryAll(found.servers, async server => await tryServer(server, { tls, protocol, wireForm }))
    return [...found.attempts, ...attempts, ...tried]
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

/** With the list of revoked certificates that this machine received last. */
function enrolledTls(stateDir: string): ClientTls {
  return { ...identityFiles(stateDir), revoked: new Variable(readRevocations(stateDir)) }
}

/** Explains why all attempts fail on a machine that has not joined yet. */
export function tryIdentity(stateDir: string, kind: 'agent' | 'collector', names: readonly string[]): Attempt[] {
  const { certificate } = identityFiles(stateDir)
  if (existsSync(certificate)) return []
  const text = `there is no certificate yet: this machine joins when the ${kind} runs and \`forwarder ca serve\` answers; it needs a token: ${tokenCommand(kind, names)}`
  return [{ target: certificate, outcome: 'warning', text }]
}

function chooseTls(
  { enrolment, network, stateDir }: AgentSettings,
  found: Found,
): { readonly attempts: readonly Attempt[]; readonly tls: ClientTls | undefined } {
  if (enrolment !== undefined)
    return { attempts: tryIdentity(stateDir, 'agent', [enrolment.name]), tls: enrolledTls(stateDir) }
  return { attempts: [], tls: network.tls && { ...found.tls, ...network.tls } }
}

async function findServers({ discovery }: AgentSettings, dir: string): Promise<Found> {
  switch (discovery.kind) {
    case 'static':
      return { attempts: [], servers: discovery.servers.map(server => ({ ...server, weight: 1 })) }
    case 'dns':
      return { attempts: [], servers: discovery.names.map(server => ({ ...server, weight: 1 })) }
    case 'srv':
      return await findServices(discovery.name)
    case 'etcd':
      return discovery.etcd.layout === 'logstash'
        ? await findLogstash(discovery.etcd, dir)
        : await findRegistered(discovery.etcd)
  }
}

async function findServices(name: string): Promise<Found> {
  try {
    const servers = orderServers(await systemDns.services(name))
    if (servers.length === 0) return nothing(name, `according to the DNS, ${name} has no server`)
    return { attempts: [], servers }
  } catch (error) {
    return nothing(name, explainLookup(name, error))
  }
}

async function findRegistered(etcd: EtcdSettings): Promise<Found> {
  const prefix = `${etcd.prefix}/collectors/`
  const { attempts, entries } = await tryEtcd(etcd, prefix)
  if (entries === undefined) return { attempts, servers: [] }
  const read = [...entries].map(([key, value]) => ({ key, entry: readEntry(value) }))
  const bad = read.flatMap(({ key, entry }): Attempt[] =>
    'fault' in entry ? [{ target: key, outcome: 'error', text: `is not a collector's entry: ${entry.fault}` }] : [],
  )
  const servers = read.flatMap(({ entry }) => ('fault' in entry ? [] : [entry]))
  if (servers.length > 0 || bad.length > 0) return { attempts: [...attempts, ...bad], servers }
  const none = nothing(prefix, `no collector is registered there: is one running, with the same "prefix"?`)
  return { ...none, attempts: [...attempts, ...none.attempts] }
}

/** Files that the agent would write into its state directory go to `dir` for the time of the check. */
async function findLogstash(etcd: EtcdSettings, dir: string): Promise<Found> {
  const { attempts, entries } = await tryEtcd(etcd, LOGSTASH_PREFIX)
  if (entries === undefined) return { attempts, servers: [] }
  const bad: Attempt[] = []
  let known: LogstashValues = {}
  for (const [key, bytes] of entries) {
    if (!/\/(?:host|ssl_certificate|ssl_private_key)$/.test(key)) continue
    const value = readLogstashValue(bytes, key)
    if ('fault' in value) bad.push({ target: key, outcome: 'error', text: value.fault })
    else known = { ...known, ...value }
  }
  const { host, certificate, privateKey } = known
  if (host === undefined) bad.push({ target: HOST_KEY, outcome: 'error', text: 'it does not name a server' })
  const tls: { ca?: string; certificate?: string; key?: string } = {}
  if (certificate !== undefined) tls.ca = await writeInto(dir, 'ca.pem', certificate.pem)
  if (certificate !== undefined && privateKey !== undefined && certificate.leaf.checkPrivateKey(privateKey.key))
    tls.certificate = tls.key = await writeInto(dir, 'client.pem', privateKey.pem + certificate.pem)
  const servers = host === undefined ? [] : [{ ...host, weight: 1 }]
  return { attempts: [...attempts, ...bad], servers, tls }
}

async function writeInto(dir: string, name: string, text: string): Promise<string> {
  await writeFile(join(dir, name), text, { mode: 0o600 })
  return join(dir, name)
}

function nothing(target: string, text: string): Found {
  return { attempts: [{ target, outcome: 'error', text }], servers: [] }
}
