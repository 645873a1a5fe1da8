import { left, type Note, type OldPosition, type OldRegistry } from '../contract.ts'
import { MigrateError } from '../migrate-error.ts'
import { isRecord } from '../../flow/is-record.ts'
import { parseExact, readOffset, wholeText } from '../exact-numbers.ts'
import { readOldFile } from '../read-old-file.ts'

/**
 * The file `.logstash-forwarder`: a JSON object from each path to `source`, `offset`, `inode` and `device`, without those
 * that are zero. Throws a MigrateError.
 */
export function readLogstashRegistry(path: string): OldRegistry {
  const { text, changedMs } = readOldFile(path, 'registry of logstash-forwarder')
  const entries = parseEntries(path, text)
  const positions: OldPosition[] = []
  const notes: Note[] = []
  for (const [name, value] of Object.entries(entries)) {
    const position = toPosition(name, value, changedMs)
    if (typeof position === 'string') notes.push(left(name, position))
    else positions.push(position)
  }
  return { positions, notes }
}

function parseEntries(path: string, text: string): Readonly<Record<string, unknown>> {
  try {
    const data = parseExact(text)
    if (isRecord(data)) return data
  } catch {
    // The error below covers both invalid JSON and JSON that is not an object.
  }
  throw new MigrateError(
    `${path} is not a registry of logstash-forwarder: a JSON object was expected; the file is .logstash-forwarder in its working directory`,
  )
}

function toPosition(name: string, value: unknown, updatedMs: number): OldPosition | string {
  if (!isRecord(value)) return 'its entry in the registry is not an object'
  const { source = name, offset = 0, inode, device } = value
  const bytes = readOffset(offset)
  if (typeof source !== 'string' || source === '' || bytes === undefined) {
    return 'its entry in the registry has no valid path or offset'
  }
  const [inodeText, deviceText] = [wholeText(inode), wholeText(device)]
  if (inodeText === undefined || deviceText === undefined) {
    return 'its entry has no inode and device (as on Windows), so the file cannot be identified'
  }
  return { source, offset: bytes, identity: { kind: 'place', inode: inodeText, device: deviceText }, updatedMs }
}
