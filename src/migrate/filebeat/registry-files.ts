import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import { isRecord } from '../../flow/is-record.ts'
import { parseExact, wholeText, type Plain } from '../exact-numbers.ts'
import { readOldFile } from '../read-old-file.ts'

export interface FilebeatStore {
  readonly entries: ReadonlyMap<string, Plain>
  /** Where the log of operations ended early: a sentence. */
  readonly warnings: readonly string[]
}

const KNOWN_VERSION = '1'
/** Of 7.0 to 7.8: one list. */
const LIST_VERSION = '0'

/**
 * The state of Filebeat's key-value store: the newest checkpoint (`<number>.json`), then the operations of `log.json` that
 * follow it, up to the first that is incomplete or out of order, as Filebeat itself reads it. Before 7.9 the state was one
 * list in one file. Throws a MigrateError.
 */
export function readFilebeatStore(given: string): FilebeatStore {
  const list = findList(given)
  if (list !== undefined) return { entries: readList(list), warnings: [] }
  const dir = findStore(given)
  checkVersion(dir)
  const checkpoint = findCheckpoint(dir)
  const entries = new Map<string, Plain>()
  if (checkpoint !== undefined) readCheckpoint(join(dir, `${checkpoint}.json`), entries)
  const logPath = join(dir, 'log.json')
  if (!existsSync(logPath)) return { entries, warnings: [] }
  const fault = replay(readOldFile(logPath, 'registry of Filebeat').text, checkpoint ?? '0', entries)
  return { entries, warnings: fault === undefined ? [] : [`${logPath}: ${fault}`] }
}

/** The file `registry` of 5.x and 6.x in `path.data`, or `registry/filebeat/data.json` of 7.0 to 7.8. */
function findList(given: string): string | undefined {
  const hasStore = ['meta.json', 'filebeat/meta.json', 'registry/filebeat/meta.json'].some(name => {
    const path = join(given, name)
    return existsSync(path) && versionOf(path) !== LIST_VERSION
  })
  if (hasStore) return undefined
  const names = ['', 'registry', 'data.json', 'filebeat/data.json', 'registry/filebeat/data.json']
  const paths = names.map(name => join(given, name))
  return paths.find(path => existsSync(path) && statSync(path).isFile())
}

/** Each entry gets the key that it has in the store that follows. */
function readList(path: string): ReadonlyMap<string, Plain> {
  const states = parse(path, readOldFile(path, 'registry of Filebeat').text)
  if (!Array.isArray(states)) throw new MigrateError(`${path} is damaged: a JSON list is expected`)
  const entries = (states as unknown[]).filter(isRecord).map((state): [string, Plain] => {
    const { inode, device } = isRecord(state['FileStateOS']) ? state['FileStateOS'] : {}
    return [`filebeat::logs::native::${wholeText(inode) ?? '?'}-${wholeText(device) ?? '?'}`, state]
  })
  return new Map(entries)
}

/** `path.data`, its `registry`, or the `filebeat` in that. */
function findStore(given: string): string {
  const dir = [given, join(given, 'filebeat'), join(given, 'registry/filebeat')].find(path =>
    existsSync(join(path, 'meta.json')),
  )
  if (dir !== undefined) return dir
  throw new MigrateError(
    `${given} has no registry of Filebeat: registry/filebeat/meta.json was expected beneath its path.data, or the file registry (before 7.0)`,
  )
}

function checkVersion(dir: string): void {
  const path = join(dir, 'meta.json')
  const version = versionOf(path)
  if (version === KNOWN_VERSION) return
  throw new MigrateError(
    `${path} has version ${JSON.stringify(version)}, and only "${KNOWN_VERSION}" (Filebeat 7.9 and later) is understood`,
  )
}

function versionOf(path: string): unknown {
  const meta = parse(path, readOldFile(path, 'registry of Filebeat').text)
  return isRecord(meta) ? meta['version'] : undefined
}

/** The one with the highest number: others are leftovers. */
function findCheckpoint(dir: string): string | undefined {
  const numbers = readdirSync(dir).flatMap(name => /^(?<number>\d{1,20})\.json$/u.exec(name)?.groups?.['number'] ?? [])
  return numbers.toSorted((a, b) => (BigInt(a) < BigInt(b) ? -1 : 1)).at(-1)
}

function readCheckpoint(path: string, entries: Map<string, Plain>): void {
  const states = parse(path, readOldFile(path, 'checkpoint of Filebeat').text)
  if (!Array.isArray(states)) throw new MigrateError(`${path} is damaged: a JSON list is expected`)
  for (const state of states as unknown[]) {
    if (isRecord(state) && typeof state['_key'] === 'string') entries.set(state['_key'], state)
  }
}

function parse(path: string, text: string): unknown {
  try {
    return parseExact(text)
  } catch (error) {
    throw new MigrateError(`${path} is damaged: it is not JSON; start Filebeat once, which repairs it`, error)
  }
}

/** Reads pairs of lines, an operation and its entry. Gives a sentence where reading ended early. */
function replay(text: string, since: string, entries: Map<string, Plain>): string | undefined {
  let last = BigInt(since)
  const lines = text.split('\n').filter(line => line.trim() !== '')
  for (let index = 0; index < lines.length; index += 2) {
    const [action, change] = [tryToParse(lines[index]), tryToParse(lines[index + 1])]
    if (!isRecord(action) || !isRecord(change))
      return `operation ${index / 2 + 1} is incomplete; the log was read up to there`
    const number = readNumber(action['id'])
    if (number === undefined) return `operation ${index / 2 + 1} has no number; the log was read up to there`
    if (number <= last) continue // older than the checkpoint
    if (number !== last + 1n) return `operation ${last + 1n} is missing; the log was read up to there`
    last = number
    apply(action['op'], change, entries)
  }
  return undefined
}

function apply(operation: unknown, change: Plain, entries: Map<string, Plain>): void {
  const { k: key, v: value } = lowerCased(change)
  if (typeof key !== 'string') return
  if (operation === 'set' && isRecord(value)) entries.set(key, value)
  if (operation === 'remove') entries.delete(key)
}

function lowerCased(change: Plain): Plain {
  return Object.fromEntries(Object.entries(change).map(([name, value]) => [name.toLowerCase(), value]))
}

function tryToParse(line: string | undefined): unknown {
  try {
    return line === undefined ? undefined : parseExact(line)
  } catch {
    return undefined // cut off: the caller reports it
  }
}

function readNumber(value: unknown): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  return typeof value === 'string' && /^\d+$/u.test(value) ? BigInt(value) : undefined
}
