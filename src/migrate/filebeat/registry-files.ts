import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { MigrateError } from '../migrate-error.ts'
import { isRecord } from '../../flow/is-record.ts'
import { parseExact, type Plain } from '../exact-numbers.ts'
import { readOldFile } from '../read-old-file.ts'

export interface FilebeatStore {
  readonly entries: ReadonlyMap<string, Plain>
  /** Where the log of operations ended early: a sentence. */
  readonly warnings: readonly string[]
}

const KNOWN_VERSION = '1'

/**
 * The state of Filebeat's key-value store: the newest checkpoint (`<number>.json`), then the operations of `log.json` that
 * follow it, up to the first that is incomplete or out of order, as Filebeat itself reads it. Throws a MigrateError.
 */
export function readFilebeatStore(given: string): FilebeatStore {
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

/** `path.data`, its `registry`, or the `filebeat` in that. */
function findStore(given: string): string {
  const dir = [given, join(given, 'filebeat'), join(given, 'registry/filebeat')].find(path =>
    existsSync(join(path, 'meta.json')),
  )
  if (dir !== undefined) return dir
  const old = 'a registry from before 7.9 has to be opened once with Filebeat 7.17, which converts it'
  throw new MigrateError(
    `${given} has no registry of Filebeat: registry/filebeat/meta.json was expected beneath its path.data; ${old}`,
  )
}

function checkVersion(dir: string): void {
  const path = join(dir, 'meta.json')
  const meta = parse(path, readOldFile(path, 'registry of Filebeat').text)
  const version = isRecord(meta) ? meta['version'] : undefined
  if (version === KNOWN_VERSION) return
  throw new MigrateError(
    `${path} has version ${JSON.stringify(version)}, and only "${KNOWN_VERSION}" (Filebeat 7.9 and later) is understood`,
  )
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
