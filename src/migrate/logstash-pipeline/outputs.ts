import { left, type Note } from '../contract.ts'
import { toIndexName } from './field-names.ts'
import { PluginReading, type WrittenProcessor } from './reading.ts'
import type { Body, Condition } from './syntax-tree.ts'
import { toPainless } from './to-painless.ts'

export interface ConvertedOutputs {
  readonly store: Readonly<Record<string, unknown>>
  /** Where several outputs have an index each: processors that choose it. */
  readonly steps: readonly WrittenProcessor[]
}

interface Output {
  readonly reading: PluginReading
  readonly condition: string | undefined
}

const DEFAULT_INDEX = 'logstash-%{+yyyy.MM.dd}'
const OWN = 'forwarder has settings of its own for it'
const NOT_NEEDED = [
  'manage_template',
  'template',
  'template_name',
  'template_overwrite',
  'ilm_enabled',
  'ilm_rollover_alias',
  'ilm_pattern',
  'ilm_policy',
  'sniffing',
  'flush_size',
  'idle_flush_time',
  'workers',
  'timeout',
  'pool_max',
  'retry_max_interval',
  'retry_initial_interval',
  'retry_on_conflict',
  'http_compression',
  'ssl_enabled',
  'ssl',
]

/** Outputs `elasticsearch`. The first one's server is the store; each one's index is used where its condition is true. */
export function convertOutputs(body: Body, notes: Note[]): ConvertedOutputs {
  const outputs = listOutputs(body, notes, undefined).filter(({ reading }) => isStore(reading))
  const [first, ...others] = outputs
  if (first === undefined) {
    notes.push(
      left('output', 'it has no "elasticsearch": events are stored by the collector itself, until you set "store"'),
    )
    return { store: { type: 'embedded' }, steps: [] }
  }
  const store = readStore(first.reading)
  const targets = outputs.map(({ reading, condition }) => ({ reading, condition, target: readTarget(reading) }))
  for (const { reading } of others) readStore(reading)
  for (const { reading } of targets) {
    reading.ignore(OWN, NOT_NEEDED)
    reading.noteUnread()
  }
  if (others.length === 0 && first.condition === undefined)
    return { store: { ...store, ...targets[0]?.target }, steps: [] }
  for (const { reading } of others) reading.left('an event is written once: to the server of the first output', 'hosts')
  const indices = targets.flatMap(({ condition, target }) =>
    'index' in target ? [{ condition, index: target['index'] as string }] : [],
  )
  return {
    store: { ...store, index: DEFAULT_INDEX, allowedIndices: indices.map(({ index }) => toPattern(index)) },
    steps: indices.map(({ condition, index }) => ({
      set: { field: '_index', value: toText(index), ...(condition !== undefined && { if: condition }) },
    })),
  }
}

function listOutputs(body: Body, notes: Note[], condition: string | undefined): readonly Output[] {
  return body.flatMap(part => {
    if (part.kind === 'plugin') return [{ reading: new PluginReading(part, notes), condition }]
    const before: Condition[] = []
    return part.arms.flatMap(arm => {
      const own = [...before.map(one => `!${toPainless(one)}`), ...(arm.condition ? [toPainless(arm.condition)] : [])]
      if (arm.condition !== undefined) before.push(arm.condition)
      return listOutputs(arm.body, notes, [...(condition === undefined ? [] : [condition]), ...own].join(' && '))
    })
  })
}

function isStore(reading: PluginReading): boolean {
  const { name } = reading.plugin
  if (name === 'elasticsearch' || name === 'opensearch') return true
  if (name === 'stdout' || name === 'file')
    reading.left('it has no counterpart; "forwarder search" shows stored events')
  else reading.left(`events cannot be written to ${name} yet; write to Elasticsearch, or keep Logstash for it`)
  return false
}

function readStore(reading: PluginReading): Readonly<Record<string, unknown>> {
  const user = reading.text('user')
  const password = reading.text('password')
  const [ca, ...more] = [...reading.texts('cacert'), ...reading.texts('ssl_certificate_authorities')]
  for (const other of more) reading.left(`${other}: add its content to ${ca}`, 'ssl_certificate_authorities')
  const isSecure = reading.isOn('ssl') || reading.isOn('ssl_enabled') || ca !== undefined
  const hosts = reading
    .texts('hosts')
    .map(host => (host.includes('://') ? host : `${isSecure ? 'https' : 'http'}://${withPort(host)}`))
  reading.taken(`store.hosts: ${hosts.join(', ')}`)
  const pipeline = reading.text('pipeline')
  return {
    type: 'elasticsearch',
    hosts: hosts.length > 0 ? hosts : ['http://127.0.0.1:9200'],
    ...(user !== undefined && password !== undefined && { user, password }),
    ...(ca !== undefined && { ca }),
    ...(pipeline !== undefined && !pipeline.includes('%{') && { pipeline }),
  }
}

function withPort(host: string): string {
  return /:\d+$/u.test(host) ? host : `${host}:9200`
}

function readTarget(reading: PluginReading): Readonly<Record<string, unknown>> {
  reading.ignore('there are no types any more', ['document_type'])
  reading.ignore('an event has an id of its own, with which it is stored once', [
    'document_id',
    'action',
    'doc_as_upsert',
  ])
  if (reading.isOn('data_stream')) {
    const [type, dataset, namespace] = ['type', 'dataset', 'namespace'].map(part => reading.text(`data_stream_${part}`))
    return { dataStream: `${type ?? 'logs'}-${dataset ?? 'generic'}-${namespace ?? 'default'}` }
  }
  const index = toIndexName(reading.text('index') ?? DEFAULT_INDEX)
  return { index, ...(/%\{(?!\+)/u.test(index) && { allowedIndices: [toPattern(index)] }) }
}

/** The pattern of all indices that such a name may become. */
function toPattern(index: string): string {
  return index.replaceAll(/%\{[^}]*\}/gu, '*')
}

function toText(index: string): string {
  return index.replaceAll(/%\{(?<field>[^+}][^}]*)\}/gu, '{{{$<field>}}}')
}
