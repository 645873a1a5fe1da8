import { once } from 'node:events'
import { createServer } from 'node:net'
import { type HostAndPort, formatAddress } from '../../../flow/host-port.ts'
import type { CaSettings, CollectorSettings } from '../../../config/settings.ts'
import { storeHostsKey } from '../../../collector/reloadable-store-hosts.ts'
import { readStoreHosts } from '../../../discovery/etcd-store-hosts.ts'
import { readHolder } from '../../../sqlite/state-directory-lock.ts'
import { type Attempt, tryAll } from './attempt.ts'
import { tryIdentity } from './connect-agent.ts'
import { tryEtcd } from './try-etcd.ts'

/** Tries the collector's listen addresses, its etcd and its store. */
export async function connectCollector(settings: CollectorSettings): Promise<Attempt[]> {
  const { listen, etcd, enrolment, advertise, stateDir } = settings
  const names = advertise === undefined ? [] : [advertise.address.host, ...advertise.names]
  return [
    ...(enrolment === undefined ? [] : tryIdentity(stateDir, 'collector', names)),
    ...(await tryAll(listen, async address => [await tryAddress(address, stateDir)])),
    ...(etcd === undefined ? [] : (await tryEtcd(etcd, `${etcd.prefix}/collectors/`)).attempts),
    ...(await tryStore(settings)),
  ]
}

export async function connectAuthority({ etcd }: CaSettings): Promise<Attempt[]> {
  return [...(await tryEtcd(etcd, `${etcd.prefix}/trust`)).attempts]
}

async function tryAddress(address: HostAndPort, stateDir: string): Promise<Attempt> {
  const target = formatAddress(address)
  const server = createServer(socket => socket.destroy())
  try {
    server.listen({ ...address, exclusive: true })
    await once(server, 'listening')
    return { target, outcome: 'ok', text: 'free to listen on' }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const holder = code === 'EADDRINUSE' ? findRunning(stateDir) : undefined
    if (holder !== undefined) return { target, outcome: 'ok', text: `in use by the running collector (pid ${holder})` }
    return { target, outcome: 'error', text: `cannot listen: ${explainListen(code, message)}` }
  } finally {
    server.close()
  }
}

function explainListen(code: string | undefined, message: string): string {
  if (code === 'EADDRINUSE')
    return 'another program has that port, and it is not a collector with this state directory; `ss -ltnp` names it'
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `this machine does not have that address (${message})`
  if (code === 'EACCES')
    return `this user may not (${message}); check as the user of the service, or choose a port above 1023`
  return message
}

/** The process that holds the state directory now. */
function findRunning(stateDir: string): number | undefined {
  try {
    const found = readHolder(stateDir)
    return found?.isHeld !== false && found?.holder.role === 'collector' ? found.holder.pid : undefined
  } catch {
    return undefined // the state directory has a check of its own
  }
}

async function tryStore({ store, etcd }: CollectorSettings): Promise<readonly Attempt[]> {
  if (store.type === 'embedded') return []
  const { tryStoreHost } = await import('./try-store.ts')
  if (store.hosts.length > 0 || etcd === undefined)
    return await tryAll(store.hosts, async host => await tryStoreHost(host, store))
  const key = storeHostsKey(store, etcd)
  const value = (await tryEtcd(etcd, key)).entries?.get(key)
  const hosts =
    value === undefined
      ? { fault: 'there is no such key in etcd: it should list the hosts of the store' }
      : readStoreHosts(value)
  if ('fault' in hosts) return [{ target: key, outcome: 'error', text: hosts.fault }]
  return await tryAll(hosts, async host => await tryStoreHost(host, store))
}
