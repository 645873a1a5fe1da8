import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buildGoProgram } from '../test/helpers/peers/go-programs.ts'
import type { BenchOptions } from './options.ts'

/** The surroundings of a sender for one run; `dir` is fresh, for its configuration and state. */
export interface RunPlace {
  readonly dir: string
  readonly logPath: string
  readonly port: number
  /** The PEM file of the CA that signed the receiver's certificate for 127.0.0.1. */
  readonly ca: string
}

export interface Sender {
  readonly name: string
  readonly protocol: 1 | 2
  /** The receiver selects our own wire form where it is offered. */
  readonly isOwnForm?: boolean
  /** Writes the configuration and returns the command that ships the log. */
  prepare(place: RunPlace): Promise<readonly string[]>
}

/** forwarder's agent over both wire forms, Filebeat in two settings and, if a binary was named, logstash-forwarder. */
export async function findSenders(options: BenchOptions): Promise<Sender[]> {
  const wanted = (name: string) => options.only.length === 0 || options.only.includes(name)
  const senders = [forwarder(options.agent), ownForm(options.agent)].filter(({ name }) => wanted(name))
  const settings = Object.entries(filebeatSettings).filter(([name]) => wanted(name))
  if (settings.length > 0) {
    const binary = await buildGoProgram('filebeat')
    senders.push(...settings.map(([name, lines]) => filebeat(binary, name, lines)))
  }
  const old = options.logstashForwarder
  if (old !== undefined && wanted('logstash-forwarder')) senders.push(logstashForwarder(old))
  if (senders.length === 0) throw new Error(`--only ${options.only.join(',')} names no sender; see --help`)
  return senders
}

function forwarder(command: readonly string[]): Sender {
  return {
    name: 'forwarder',
    protocol: 2,
    async prepare({ dir, logPath, port, ca }) {
      const config = join(dir, 'forwarder.json')
      const network = { servers: [`127.0.0.1:${port}`], tls: { ca } }
      await writeFile(config, JSON.stringify({ network, stateDir: join(dir, 'state'), files: [{ paths: [logPath] }] }))
      return command.map(word => (word === '{config}' ? config : word))
    },
  }
}

/** The same agent with the same configuration: the receiver decides. */
function ownForm(command: readonly string[]): Sender {
  return { ...forwarder(command), name: 'forwarder (forwarder/1)', isOwnForm: true }
}

/** The tuned settings gave the best throughput on two cores; the others are the defaults. */
const filebeatSettings = {
  'filebeat-tuned': {
    input: ['buffer_size: 131072'],
    output: ['bulk_max_size: 3200', 'pipelining: 4', 'compression_level: 1'],
    queue: ['queue.mem: {events: 12800, flush.min_events: 3200, flush.timeout: 1s}'],
  },
  'filebeat-default': { input: [], output: [], queue: [] },
}

interface FilebeatLines {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly queue: readonly string[]
}

function filebeat(binary: string, name: string, lines: FilebeatLines): Sender {
  return {
    name,
    protocol: 2,
    async prepare(place) {
      const config = join(place.dir, 'filebeat.yml')
      await writeFile(config, filebeatConfig(place, lines), { mode: 0o600 })
      return [binary, '-e', '-c', config, '--strict.perms=false']
    },
  }
}

function filebeatConfig({ dir, logPath, port, ca }: RunPlace, { input, output, queue }: FilebeatLines): string {
  return [
    'filebeat.inputs:',
    '  - type: filestream',
    '    id: bench',
    `    paths: ["${logPath}"]`,
    ...input.map(line => `    ${line}`),
    'output.logstash:',
    `  hosts: ["127.0.0.1:${port}"]`,
    `  ssl.certificate_authorities: ["${ca}"]`,
    ...output.map(line => `  ${line}`),
    ...queue,
    'processors: []',
    'logging.level: warning',
    'logging.metrics.enabled: false',
    ...['home', 'data', 'logs', 'config'].map(kind => `path.${kind}: "${dir}"`),
    '',
  ].join('\n')
}

function logstashForwarder(binary: string): Sender {
  return {
    name: 'logstash-forwarder',
    protocol: 1,
    async prepare({ dir, logPath, port, ca }) {
      const config = join(dir, 'logstash-forwarder.conf')
      const network = { servers: [`127.0.0.1:${port}`], 'ssl ca': ca, timeout: 15 }
      await writeFile(config, JSON.stringify({ network, files: [{ paths: [logPath] }] }))
      return [binary, '-quiet', '-config', config]
    },
  }
}
