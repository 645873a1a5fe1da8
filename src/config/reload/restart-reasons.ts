import { formatPath, type KeyPath } from '../text/key-path.ts'
import type { Settings } from '../settings.ts'

const STATE = 'the state directory is in use, and it records the events in flight'
const STORE = 'the store was opened with it at start'
const ORIGIN = 'its source is chosen at start'
const AUTHORITY = 'another directory is another authority, which no machine trusts yet'
const CERTIFICATE = 'the certificate from the authority is for the name and host that were requested at start'

/** By role and the beginning of the path in the settings; the first match counts. */
const REASONS: Readonly<Record<Settings['role'], readonly (readonly [path: string, reason: string | undefined])[]>> = {
  agent: [
    ['durability', STATE],
    ['onLostState', 'it is used only at start'],
  ],
  collector: [
    ['store.hosts', undefined],
    ['store.hostsKey', undefined],
    ['store', STORE],
    ['deadLetters', 'their file was opened at start'],
    ['ca.dir', AUTHORITY],
  ],
  ca: [['ca.dir', AUTHORITY]],
}

/** Why a change there cannot be applied while the program runs; undefined if it can. */
export function explainRestart(path: KeyPath, before: Settings, after: Settings): string | undefined {
  if (before.role !== after.role || path[0] === 'role') return 'it makes this a program of another role'
  if (path[0] === 'stateDir') return after.role === 'ca' ? AUTHORITY : STATE
  if (path[0] === 'files') return explainFiles(path, before, after)
  if (path[0] === 'advertise') return explainAdvertise(path, before, after)
  const name = formatPath(path)
  if (name === 'store.hosts' && knowsHosts(before) !== knowsHosts(after)) return ORIGIN
  if (name === 'enrolment' && after.role === 'collector') return ORIGIN
  return REASONS[after.role].find(([start]) => name === start || name.startsWith(`${start}.`))?.[1]
}

function explainAdvertise([, member]: KeyPath, before: Settings, after: Settings): string | undefined {
  if (before.role !== 'collector' || after.role !== 'collector' || before.enrolment === undefined) return undefined
  const isSameHost = before.advertise?.address.host === after.advertise?.address.host
  const isOfCertificate = member === 'name' || member === 'names' || (member === 'address' && !isSameHost)
  return isOfCertificate ? CERTIFICATE : undefined
}

/** False if the hosts come from etcd. */
function knowsHosts(settings: Settings): boolean {
  if (settings.role !== 'collector' || settings.store.type !== 'elasticsearch') return true
  return settings.store.hosts.length > 0
}

function explainFiles(path: KeyPath, before: Settings, after: Settings): string | undefined {
  if (before.role !== 'agent' || after.role !== 'agent') return undefined
  const [, index, member] = path
  const [old, fresh] = [before, after].map(({ files }) => files[Number(index)])
  if (member === undefined || member === 'paths') {
    if (readsInput(old) !== readsInput(fresh)) return 'standard input is read from the start or not at all'
    if (hasInputOnly(before.files) && followsFiles(fresh))
      return 'only standard input has been read so far, so there is no state for files'
    return undefined
  }
  const isOfInput = readsInput(fresh) && (member === 'fields' || member === 'maxLineBytes')
  return isOfInput ? 'standard input keeps the settings of its start' : undefined
}

interface Group {
  readonly paths: readonly string[]
}

function readsInput(group: Group | undefined): boolean {
  return group?.paths.includes('-') === true
}

function hasInputOnly(groups: readonly Group[]): boolean {
  return groups.length > 0 && !groups.some(followsFiles)
}

function followsFiles(group: Group | undefined): boolean {
  return group?.paths.some(path => path !== '-') === true
}
