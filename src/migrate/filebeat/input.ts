import { MAX_LINE_BYTES } from '../../config/values/event-bounds.ts'
import { parseDuration } from '../../config/values/duration.ts'
import { formatSize, parseSizeBytes } from '../../config/values/size.ts'
import { left, taken, type FingerprintRange, type Note } from '../contract.ts'
import { EVENT_MEMBERS } from '../new-config.ts'
import { toExcludeGlobs } from './exclude-files-globs.ts'
import { toDuration } from './output.ts'
import { isOff, isOn, nest, scalarText, textList, type Settings } from './dotted-settings.ts'
import { readRecords } from './records.ts'
import { readOffset, type Plain } from '../exact-numbers.ts'
import { CONTAINER_TYPES, readTextForm, TEXT_SETTINGS } from './text-form.ts'

export interface NewGroup {
  readonly group: Plain
  readonly type: 'log' | 'filestream'
  readonly id: string
  /** The bytes that its fingerprints cover. */
  readonly fingerprint: FingerprintRange
  readonly ignoreOlderMs?: number
  readonly closeAfter?: CloseAfter
}

/** A limit on how long a file is open. */
export interface CloseAfter {
  /** The setting. */
  readonly subject: string
  readonly milliseconds: number
}

export interface ReadInput {
  /** Absent where the input is not taken over. */
  readonly input?: NewGroup
  readonly notes: readonly Note[]
}

const MIN_LINE_BYTES = 64

/** Settings without a counterpart because forwarder does the same anyway. All others are reported as missing. */
const NOT_NEEDED: Readonly<Record<string, string>> = {
  scan_frequency: 'directories are watched, and polled every second (pollInterval)',
  'prospector.scanner.check_interval': 'directories are watched, and polled every second (pollInterval)',
  'close.on_state_change.check_interval': 'it has no meaning here',
  close_renamed: 'a renamed file is read to its end, then closed',
  'close.on_state_change.renamed': 'a renamed file is read to its end, then closed',
  close_removed: 'a deleted file is read to its end, then closed',
  'close.on_state_change.removed': 'a deleted file is read to its end, then closed',
  close_eof: 'a file that does not change is closed after "dead time", and opened again when it changes',
  'close.reader.on_eof': 'a file that does not change is closed after "dead time", and opened again when it changes',
  'read_until_eof.enabled': 'the next start continues where the last run stopped',
  'read_until_eof.timeout': 'the next start continues where the last run stopped',
  clean_inactive: 'entries of deleted files are dropped after a day',
  clean_removed: 'entries of deleted files are dropped after a day',
  harvester_limit: 'at most 1000 files are open at a time',
  harvester_buffer_size: 'buffers size themselves',
  buffer_size: 'buffers size themselves',
  backoff: 'files are read when they change',
  max_backoff: 'files are read when they change',
  backoff_factor: 'files are read when they change',
  'backoff.init': 'files are read when they change',
  'backoff.max': 'files are read when they change',
  symlinks: 'links are followed, and a file with several names is followed once',
  'prospector.scanner.symlinks': 'links are followed, and a file with several names is followed once',
  'recursive_glob.enabled': '** is understood anyway',
  'prospector.scanner.recursive_glob': '** is understood anyway',
}

const SPECIAL: Readonly<Record<string, string>> = {
  ...NOT_NEEDED,
  'prospector.scanner.include_files':
    'files that it left out ARE followed; change the paths so that they match only the others',
  ignore_inactive: 'files that it left out ARE followed; "ignore_older" is taken over',
  'delete.enabled': 'files are never deleted',
  'delete.grace_period': 'files are never deleted',
}

const NAMES = {
  exclude: ['exclude_files', 'prospector.scanner.exclude_files'],
  deadTime: ['close_inactive', 'close.on_state_change.inactive'],
  closeAfter: ['close_timeout', 'close.reader.after_interval'],
  tail: ['tail_files', 'seek_to_tail'],
  maxLine: ['max_bytes', 'message_max_bytes'],
} as const

/** One of `filebeat.inputs`; `at` is its place there, `shared` has the top-level fields and tags. */
export function readInput(settings: Settings, at: string, shared: Settings): ReadInput {
  // Before 6.0 the type of an input had another name.
  const written = scalarText(settings.get('type') ?? settings.get('input_type'), 'log')
  const type = CONTAINER_TYPES.has(written) ? 'log' : written
  const refuse = (text: string): ReadInput => ({ notes: [left(at, text)] })
  if (isOff(settings.get('enabled'))) return refuse('it is not enabled')
  if (type !== 'log' && type !== 'filestream') return refuse(`inputs of type "${written}" have no counterpart`)
  const text = readTextForm(settings, CONTAINER_TYPES.has(written))
  if (typeof text === 'string') return refuse(text)
  const paths = textList(settings.get('paths'))
  if (paths.length === 0) return refuse('it has no paths')
  const reader = new InputReader(settings, at)
  const group = {
    paths,
    ...text,
    ...reader.exclude(),
    ...reader.archives(),
    ...reader.fields(shared),
    ...reader.deadTime(),
    ...reader.startPosition(),
    ...reader.maxLineBytes(),
    ...reader.records(),
  }
  const ignoreOlderMs = reader.ignoreOlder()
  const closeAfter = reader.closeAfter()
  reader.nameTheRest()
  const id = settings.get('id')
  const fingerprint = reader.fingerprint()
  const input = { group, type, fingerprint, id: typeof id === 'string' && id !== '' ? id : '.global' } as const
  const forms = Object.entries(text).map(([name, value]) => taken(`${at}.${name}`, `${name}: "${value}"`))
  const notes = [taken(`${at}.paths`, paths.join(', ')), ...forms, ...reader.notes]
  const limits = {
    ...(ignoreOlderMs !== undefined && { ignoreOlderMs }),
    ...(closeAfter !== undefined && { closeAfter }),
  }
  return { input: { ...input, ...limits }, notes }
}

class InputReader {
  readonly notes: Note[] = []
  readonly #settings: Settings
  readonly #at: string
  readonly #read = new Set<string>([
    'type',
    'input_type',
    'enabled',
    'paths',
    'id',
    'fields_under_root',
    'tags',
    ...TEXT_SETTINGS,
  ])

  constructor(settings: Settings, at: string) {
    this.#settings = settings
    this.#at = at
  }

  exclude(): Plain {
    const [key, value] = this.#find(NAMES.exclude)
    const exclude = textList(value).flatMap(expression => {
      const globs = toExcludeGlobs(expression)
      if (globs === undefined) {
        this.#left(
          key,
          `no glob can express ${expression}: files that it left out ARE followed; add to "exclude" by hand`,
        )
      }
      return globs ?? []
    })
    if (exclude.length > 0) this.#taken(key, `exclude: ${exclude.join(', ')}`)
    return exclude.length === 0 ? {} : { exclude }
  }

  /** Filebeat 9.2 and later can decompress gzip files. */
  archives(): Plain {
    const [key, value] = this.#find(['compression', 'gzip_experimental'])
    if (value !== 'gzip' && value !== 'auto' && !isOn(value)) return {}
    this.#taken(key, 'archives: true, for files whose names end in .gz; others are read as text')
    return { archives: true }
  }

  /** How long it keeps a file open, also one that is deleted. */
  closeAfter(): CloseAfter | undefined {
    const [key, value] = this.#find(NAMES.closeAfter)
    const text = toDuration(value)
    return text === undefined ? undefined : { subject: `${this.#at}.${key}`, milliseconds: parseDuration(text) ?? 0 }
  }

  /** The bytes that Filebeat hashes to identify a file, by default from 9.0 on. */
  fingerprint(): FingerprintRange {
    const [, start] = this.#find(['prospector.scanner.fingerprint.offset'])
    const [, length] = this.#find(['prospector.scanner.fingerprint.length'])
    return { start: readOffset(start) ?? 0, length: readOffset(length) ?? 1024 }
  }

  /** Filebeat puts them beneath `fields` unless `fields_under_root` is set. */
  fields(shared: Settings): Plain {
    const fields: Record<string, unknown> = {}
    const tags = [...textList(shared.get('tags')), ...textList(this.#settings.get('tags'))]
    if (tags.length > 0) fields['tags'] = tags
    for (const settings of [shared, this.#settings]) {
      const own = nest(settings, 'fields')
      if (Object.keys(own).length === 0) continue
      if (isOn(settings.get('fields_under_root'))) this.#addToRoot(fields, own)
      else fields['fields'] = { ...(fields['fields'] as Plain | undefined), ...own }
    }
    for (const key of this.#settings.keys()) if (key.startsWith('fields.')) this.#read.add(key)
    if (Object.keys(fields).length === 0) return {}
    this.#taken('fields, tags', `fields: ${JSON.stringify(fields)}`)
    return { fields }
  }

  #addToRoot(fields: Record<string, unknown>, own: Plain): void {
    for (const [name, value] of Object.entries(own)) {
      if (EVENT_MEMBERS.has(name)) this.#left(`fields.${name}`, 'each event already has a member of that name')
      else fields[name] = value
    }
  }

  deadTime(): Plain {
    const [key, value] = this.#find(NAMES.deadTime)
    const text = toDuration(value)
    if (text === undefined) return {}
    const deadTime = (parseDuration(text) ?? 0) < 1000 ? '1s' : text
    this.#taken(key, `"dead time": "${deadTime}"`)
    return { 'dead time': deadTime }
  }

  startPosition(): Plain {
    const [key, value] = this.#find(NAMES.tail)
    if (!isOn(value)) return {}
    this.#taken(key, 'startPosition: "end", for files that exist before the first start; later ones are read whole')
    return { startPosition: 'end' }
  }

  maxLineBytes(): Plain {
    const [key, value] = this.#find(NAMES.maxLine)
    if (value === undefined) return {}
    // A bare number counts bytes; all of Filebeat's units are powers of 1024.
    const size =
      typeof value === 'number' ? value : parseSizeBytes(scalarText(value, '').replace(/([kmgt])b?$/iu, '$1iB'))
    if (size === undefined) {
      this.#left(key, `${JSON.stringify(value)} is not a size`)
      return {}
    }
    const maxLineBytes = formatSize(Math.min(MAX_LINE_BYTES, Math.max(MIN_LINE_BYTES, size)))
    this.#taken(
      key,
      `maxLineBytes: "${maxLineBytes}"; longer lines are split into several events, and nothing is dropped`,
    )
    return { maxLineBytes }
  }

  ignoreOlder(): number | undefined {
    const [, value] = this.#find(['ignore_older'])
    const text = toDuration(value)
    if (text === undefined) return undefined
    this.#taken(
      'ignore_older',
      'files that are older now and were not read are skipped once; later, files of any age are read',
    )
    return parseDuration(text)
  }

  /** Lines that are joined, or left out. */
  records(): Plain {
    const { group, notes, readKeys } = readRecords(this.#settings)
    for (const key of readKeys) this.#read.add(key)
    for (const { key, isTaken, text } of notes) {
      if (isTaken) this.#taken(key, text)
      else this.#left(key, text)
    }
    return group
  }

  nameTheRest(): void {
    for (const key of this.#settings.keys()) if (!this.#read.has(key)) this.#left(key, explain(key))
  }

  #find(keys: readonly string[]): readonly [string, unknown] {
    for (const key of keys) this.#read.add(key)
    const key = keys.find(name => this.#settings.has(name)) ?? ''
    return [key, this.#settings.get(key)]
  }

  #taken(key: string, text: string): void {
    this.notes.push(taken(`${this.#at}.${key}`, text))
  }

  #left(key: string, text: string): void {
    this.notes.push(left(`${this.#at}.${key}`, text))
  }
}

/** Why a setting is left out. */
function explain(key: string): string {
  const isIdentity = key === 'file_identity' || key.startsWith('file_identity.') || key.includes('.fingerprint.')
  if (isIdentity) return 'files are identified by inode, birth time and content'
  if (key.startsWith('rotation.external.')) return 'copies of truncated files are recognised by their content'
  return SPECIAL[key] ?? 'it has no counterpart: lines are sent whole and unchanged'
}
