import { left, taken, type NewConfig, type Note } from '../contract.ts'
import { toHoldTime } from './hold-time.ts'
import { readInput, type NewGroup } from './input.ts'
import { toDuration, toNetwork } from './output.ts'
import type { FilebeatInputs } from './registry.ts'
import { flatten, isOff, resolveVariables, type Settings } from './dotted-settings.ts'
import { MigrateError } from '../migrate-error.ts'
import { toConfigText } from '../new-config.ts'
import { isRecord } from '../../flow/is-record.ts'
import { readOldFile } from '../read-old-file.ts'
import { readYaml } from '../../yaml/read-yaml.ts'

export interface FilebeatOptions {
  readonly path: string
  readonly stateDir: string | undefined
  /** Replace the hosts of its output. */
  readonly servers: readonly string[]
  readonly environment: Readonly<Record<string, string | undefined>>
}

export interface FromFilebeat extends NewConfig {
  readonly inputs: FilebeatInputs
  /** By the index of the entry in `files`. */
  readonly ignoreOlderMs: readonly (number | undefined)[]
}

const SHARED = /^(?:fields\.|tags$|fields_under_root$)/u
/** Read below, or meaningless for another program. */
const READ =
  /^(?:name$|hostname$|filebeat\.inputs$|filebeat\.prospectors$|filebeat\.shutdown_timeout$|output\.logstash\.)/u
const NOT_NEEDED =
  /^(?:path\.|logging\.|setup\.|queue\.|http\.|monitoring\.|xpack\.|max_procs$|filebeat\.registry\.|filebeat\.config_dir$)/u

/** The inputs `log` and `filestream` and the output `logstash` of a filebeat.yml. Throws a MigrateError. */
export function toConfigFromFilebeat({ path, stateDir, servers, environment }: FilebeatOptions): FromFilebeat {
  const { settings, notes } = readSettings(path, environment)
  checkBackend(path, settings)
  checkOutput(path, settings, servers)
  const groups: NewGroup[] = []
  for (const { at, item } of listInputs(settings)) {
    const read = readInput(flatten(isRecord(item) ? item : {}), at, settings)
    notes.push(...read.notes)
    if (read.input !== undefined) groups.push(read.input)
  }
  if (groups.length === 0) {
    throw new MigrateError(
      `${path} has no input of type log or filestream that can be taken over:\n${notes.map(note => `  ${note.subject}: ${note.text}`).join('\n')}`,
    )
  }
  const { network, spoolSize, notes: outputNotes } = toNetwork(settings, servers)
  const { holdTime, notes: holdNotes } = toHoldTime(groups)
  const name = nameOf(settings)
  const shutdownTimeout = toDuration(settings.get('filebeat.shutdown_timeout'))
  const config = {
    ...(stateDir !== undefined && { stateDir }),
    ...(name !== undefined && { host: name }),
    network,
    files: groups.map(({ group }) => group),
    ...(spoolSize !== undefined && { spoolSize }),
    ...(holdTime !== undefined && { holdTime }),
    ...(shutdownTimeout !== undefined && { shutdownTimeout }),
  }
  return {
    text: toConfigText(config),
    notes: [...notes, ...holdNotes, ...outputNotes, ...nameTheRest(settings)],
    inputs: describeInputs(groups),
    ignoreOlderMs: groups.map(({ ignoreOlderMs }) => ignoreOlderMs),
  }
}

function readSettings(
  path: string,
  environment: FilebeatOptions['environment'],
): { settings: Settings; notes: Note[] } {
  const read = readYaml(readOldFile(path, 'configuration of Filebeat').text)
  if ('fault' in read) throw new MigrateError(`cannot read ${path} as YAML: ${read.fault}`)
  if (!isRecord(read.data)) throw new MigrateError(`${path} has no settings; name the filebeat.yml in use`)
  const raw = flatten(read.data)
  const { data, missing, filled } = resolveVariables(read.data, name => {
    const setting = raw.get(name)
    return environment[name] ?? (typeof setting === 'string' ? setting : undefined)
  })
  const notes = [
    ...missing.map(name =>
      left(`\${${name}}`, 'neither the environment nor the configuration has it (a keystore is not read)'),
    ),
    ...filled.map(name => taken(`\${${name}}`, 'replaced by its present value')),
  ]
  return { settings: flatten(isRecord(data) ? data : {}), notes }
}

function checkBackend(path: string, settings: Settings): void {
  const backend = settings.get('filebeat.registry.backend') ?? 'memlog'
  if (backend === 'memlog') return
  throw new MigrateError(
    `${path} keeps the registry in a database (filebeat.registry.backend: ${JSON.stringify(backend)}), and only the default backend, "memlog", can be read`,
  )
}

function checkOutput(path: string, settings: Settings, servers: readonly string[]): void {
  const hasLogstash = settings.has('output.logstash.hosts') && !isOff(settings.get('output.logstash.enabled'))
  if (hasLogstash || servers.length > 0) return
  throw new MigrateError(
    `${path} has no enabled output.logstash, and forwarder sends only to collectors (or Logstash); name one with --server host:port`,
  )
}

/** Before 6.3 they were called prospectors. */
function listInputs(settings: Settings): readonly Listed[] {
  return ['filebeat.inputs', 'filebeat.prospectors'].flatMap(key => {
    const inputs = settings.get(key)
    if (!Array.isArray(inputs)) return []
    return (inputs as unknown[]).map((item, index) => ({ at: `${key}[${index}]`, item }))
  })
}

interface Listed {
  readonly at: string
  readonly item: unknown
}

function nameOf(settings: Settings): string | undefined {
  const name = settings.get('name') ?? settings.get('hostname')
  return typeof name === 'string' && name !== '' ? name : undefined
}

function nameTheRest(settings: Settings): Note[] {
  const shutdown = settings.get('filebeat.shutdown_timeout')
  const named = [...settings].flatMap(([key, value]) => {
    if (READ.test(key) || SHARED.test(key)) return []
    if (NOT_NEEDED.test(key))
      return [left(key, "it concerns Filebeat itself; see the documentation for forwarder's own settings")]
    const isEmpty = value === null || (Array.isArray(value) && value.length === 0)
    return isEmpty ? [] : [left(key, 'it has no counterpart')]
  })
  const name = nameOf(settings)
  return [
    ...(name === undefined ? [] : [taken('name', `host: ${JSON.stringify(name)}`)]),
    ...(shutdown === undefined
      ? []
      : [taken('filebeat.shutdown_timeout', `shutdownTimeout: ${JSON.stringify(shutdown)}`)]),
    ...named,
  ]
}

function describeInputs(groups: readonly NewGroup[]): FilebeatInputs {
  const filestreams = groups.filter(({ type }) => type === 'filestream')
  return {
    hasLog: groups.some(({ type }) => type === 'log'),
    filestreams: new Map(filestreams.map(({ id, fingerprint }) => [id, fingerprint])),
  }
}
