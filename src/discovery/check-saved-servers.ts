import { isHost } from '../flow/host-port.ts'
import { isRecord } from '../flow/is-record.ts'
import type { DirectoryServer } from './directory-contract.ts'

/** Protects from a file that another program wrote. */
const MAX_SERVERS = 10_000

export function readSavedServers(value: unknown): readonly DirectoryServer[] | undefined {
  if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SERVERS) return undefined
  const servers = value.map(checkServer)
  return servers.every(server => server !== undefined) ? servers : undefined
}

function checkServer(value: unknown): DirectoryServer | undefined {
  if (!isRecord(value)) return undefined
  const { host, port, weight, zone } = value
  if (typeof host !== 'string' || !isHost(host)) return undefined
  if (typeof port !== 'number' || !Number.isInteger(port) || port < 1 || port > 65_535) return undefined
  if (typeof weight !== 'number' || !(weight > 0)) return undefined
  return { host, port, weight, ...(typeof zone === 'string' ? { zone } : {}) }
}
