import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunPlace, Sender } from './sender.ts'

interface FilebeatLines {
  readonly input: readonly string[]
  readonly output: readonly string[]
  readonly queue: readonly string[]
}

/** The tuned settings gave the best throughput on two cores; the others are the defaults. */
const FILEBEAT_SETTINGS = {
  'filebeat-tuned': {
    input: ['buffer_size: 131072'],
    output: ['bulk_max_size: 3200', 'pipelining: 4', 'compression_level: 1'],
    queue: ['queue.mem: {events: 12800, flush.min_events: 3200, flush.timeout: 1s}'],
  },
  'filebeat-default': { input: [], output: [], queue: [] },
} as const satisfies Readonly<Record<string, FilebeatLines>>

export type FilebeatName = keyof typeof FILEBEAT_SETTINGS

export function makeFilebeat(binary: string, name: FilebeatName): Sender {
  return {
    name,
    protocol: 2,
    hasAcks: true,
    async prepare(place) {
      const path = join(place.dir, 'filebeat.yml')
      await writeFile(path, makeConfig(place, FILEBEAT_SETTINGS[name]), { mode: 0o600 })
      return [binary, '-e', '-c', path, '--strict.perms=false']
    },
  }
}

function makeConfig({ dir, logPath, port, ca }: RunPlace, { input, output, queue }: FilebeatLines): string {
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
