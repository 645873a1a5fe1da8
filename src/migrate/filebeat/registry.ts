import {
  left,
  type FingerprintRange,
  type Note,
  type OldIdentity,
  type OldPosition,
  type OldRegistry,
} from '../contract.ts'
import { readFilebeatStore } from './registry-files.ts'
import { isRecord } from '../../flow/is-record.ts'
import { readOffset, wholeText, type Plain } from '../exact-numbers.ts'

/** The inputs of the configuration: registry entries of other inputs are not taken over. */
export interface FilebeatInputs {
  readonly hasLog: boolean
  /** Fingerprint ranges by the id of the input; `.global` for an input without an id. */
  readonly filestreams: ReadonlyMap<string, FingerprintRange>
}

const LOG = /^filebeat::logs::(?<identity>.*)$/su
const FILESTREAM = /^filestream::(?<id>.*)::(?<identity>(?:native|path|fingerprint|inode_marker)::.*)$/su

/** Reads the position of each file. Throws a MigrateError. */
export function readFilebeatRegistry(dir: string, inputs: FilebeatInputs): OldRegistry {
  const { entries, warnings } = readFilebeatStore(dir)
  const positions: OldPosition[] = []
  const notes: Note[] = warnings.map(warning => left('registry', warning))
  for (const [key, value] of entries) {
    const position = toPosition(key, value, inputs)
    if (position === undefined) continue
    if (typeof position === 'string') notes.push(left(sourceOf(value) ?? key, position))
    else positions.push(position)
  }
  return { positions, notes }
}

/** A sentence where the entry cannot be used; undefined for one that Filebeat itself has dropped. */
function toPosition(key: string, value: Plain, inputs: FilebeatInputs): OldPosition | string | undefined {
  const groups = (LOG.exec(key) ?? FILESTREAM.exec(key))?.groups
  if (groups === undefined) return `its registry key "${key}" does not belong to an input that reads files`
  if (value['ttl'] === 0) return undefined // marked for removal: its file is deleted
  const { id } = groups
  if (id === undefined ? !inputs.hasLog : !inputs.filestreams.has(id)) {
    return `it was read by ${id === undefined ? 'an input of type log' : `the input "${id}"`}, which is not taken over`
  }
  const source = sourceOf(value)
  const offset = readOffset(id === undefined ? value['offset'] : cursorOf(value))
  if (source === undefined || offset === undefined) return `its entry "${key}" has no valid path or offset`
  const identity = readIdentity(groups['identity'] ?? '', value, inputs.filestreams.get(id ?? ''))
  if (typeof identity === 'string') return identity
  const updatedMs = readTime(id === undefined ? value['timestamp'] : value['updated'])
  return { source, offset, identity, ...(updatedMs !== undefined && { updatedMs }) }
}

function sourceOf(value: Plain): string | undefined {
  const { source = isRecord(value['meta']) ? value['meta']['source'] : undefined } = value
  return typeof source === 'string' && source !== '' ? source : undefined
}

/** Without a cursor no line of the file is acked yet. */
function cursorOf(value: Plain): unknown {
  const { cursor } = value
  if (cursor === null || cursor === undefined) return 0
  return isRecord(cursor) ? (cursor['offset'] ?? 0) : undefined
}

function readIdentity(text: string, value: Plain, range: FingerprintRange | undefined): OldIdentity | string {
  const [kind = '', rest = ''] = splitOnce(text)
  if (kind.endsWith('path')) return { kind: 'path' }
  const hash = /^[0-9a-f]{64}(?![0-9a-f])/u.exec(rest)?.[0]
  if (kind === 'fingerprint' && range !== undefined && hash !== undefined) return { kind, hash, ...range }
  const { inode, device } = isRecord(value['FileStateOS']) ? value['FileStateOS'] : nativePlace(rest)
  const [inodeText, deviceText] = [wholeText(inode), wholeText(device)]
  // A hash precedes the kind where events have metadata of their own.
  if (kind.endsWith('native') && inodeText !== undefined && deviceText !== undefined) {
    return { kind: 'place', inode: inodeText, device: deviceText }
  }
  return `its identity "${text}" has no inode and device (as on Windows), so the file cannot be identified; it is sent from its beginning if a pattern matches it`
}

function splitOnce(text: string): readonly string[] {
  const at = text.indexOf('::')
  return at === -1 ? [text] : [text.slice(0, at), text.slice(at + 2)]
}

/** `inode-device`, and for some inputs a suffix. */
function nativePlace(rest: string): Plain {
  return { .../^(?<inode>\d+)-(?<device>\d+)(?:-|$)/u.exec(rest)?.groups }
}

const MAX_TIME_SECONDS = 1e11

/** Filebeat's encoding of a time: seconds since 1970 are the second number. Before 7.9 it is text. */
function readTime(value: unknown): number | undefined {
  if (typeof value === 'string') return Number.isNaN(Date.parse(value)) ? undefined : Date.parse(value) + 1
  const seconds: unknown = Array.isArray(value) ? value[1] : undefined
  return typeof seconds === 'number' && seconds > 0 && seconds < MAX_TIME_SECONDS ? (seconds + 1) * 1000 : undefined
}
