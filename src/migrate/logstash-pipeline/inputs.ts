import { left, type Note } from '../contract.ts'
import { readDecorations } from './decorations.ts'
import { type WrittenProcessor, PluginReading } from './reading.ts'
import type { Body, Plugin } from './syntax-tree.ts'

export interface ConvertedInputs {
  readonly listen: readonly string[]
  readonly tls: Readonly<Record<string, unknown>> | false | undefined
  /** What inputs do to their events. */
  readonly steps: readonly WrittenProcessor[]
}

/** Needs no certificate. */
const LOOPBACK = '127.0.0.1:5044'
const CODECS = new Set(['plain', 'line'])
const OWN = 'forwarder has settings of its own for it'
const NOT_NEEDED = ['client_inactivity_timeout', 'executor_threads', 'include_codec_tag', 'congestion_threshold']

/** Inputs `beats` and `lumberjack`, which a collector is. */
export function convertInputs(body: Body, notes: Note[]): ConvertedInputs {
  const plugins = body.filter(part => part.kind === 'plugin')
  const readings = plugins.map(plugin => new PluginReading(plugin, notes))
  const known = readings.filter(reading => isCollector(reading))
  const tls = known.map(readTls)
  const first = tls[0]
  for (const [i, reading] of known.entries())
    if (JSON.stringify(tls[i]) !== JSON.stringify(first))
      reading.left('all addresses have the certificate of the first')
  const steps = known.flatMap(readSteps)
  const listen = known.map(reading => {
    const address = `${reading.text('host') ?? '0.0.0.0'}:${reading.text('port') ?? '5044'}`
    reading.taken(`listen: ${JSON.stringify(address)}`)
    return address
  })
  if (known.length === 0) {
    notes.push(
      left(
        'input',
        `it has no "beats" or "lumberjack": agents on this machine can connect to ${LOOPBACK}, until you set "listen" and "tls"`,
      ),
    )
    return { listen: [LOOPBACK], tls: undefined, steps: [] }
  }
  for (const reading of known) {
    reading.ignore(OWN, NOT_NEEDED)
    reading.noteUnread()
  }
  return { listen, tls: first, steps }
}

function isCollector(reading: PluginReading): boolean {
  const { plugin } = reading
  if (plugin.name === 'beats' || plugin.name === 'lumberjack' || plugin.name === 'elastic_agent') return true
  const isPlanned = /^(?:rabbitmq|kafka|redis)$/u.test(plugin.name)
  reading.left(
    isPlanned
      ? `events from ${plugin.name} cannot be taken yet; let the agent read what writes to it, or keep Logstash for it`
      : 'this input has no counterpart; let an agent read the files of its source',
  )
  return false
}

function readTls(reading: PluginReading): Readonly<Record<string, unknown>> | false {
  const certificate = reading.text('ssl_certificate')
  const key = reading.text('ssl_key')
  const ca = reading.texts('ssl_certificate_authorities')
  const isOn = reading.plugin.name === 'lumberjack' || reading.isOn('ssl') || reading.isOn('ssl_enabled')
  if (!isOn || certificate === undefined || key === undefined) return false
  const mode = reading.text('ssl_client_authentication') ?? reading.text('ssl_verify_mode')
  const [authority, ...more] = ca
  for (const other of more) reading.left(`${other}: add its content to ${authority}`, 'ssl_certificate_authorities')
  if (reading.has('ssl_key_passphrase')) reading.left('the key must not be encrypted', 'ssl_key_passphrase')
  return {
    certificate,
    key,
    ...(authority !== undefined && { ca: authority, clientAuth: toClientAuth(mode) }),
  }
}

function toClientAuth(mode: string | undefined): string {
  if (mode === 'required' || mode === 'force_peer') return 'required'
  return mode === 'optional' || mode === 'peer' ? 'optional' : 'none'
}

/** `type`, `tags`, `add_field` and the codec of an input. */
function readSteps(reading: PluginReading): readonly WrittenProcessor[] {
  const type = reading.text('type')
  const tags = reading.texts('tags')
  return [
    ...readCodec(reading),
    ...(type === undefined ? [] : [{ set: { field: 'type', value: type, override: false } }]),
    ...(tags.length === 0 ? [] : [{ append: { field: 'tags', value: tags, allow_duplicates: false } }]),
    ...readDecorations(reading),
  ]
}

function readCodec(reading: PluginReading): readonly WrittenProcessor[] {
  const value = reading.value('codec')
  const name = codecName(value?.kind === 'plugin' ? value.plugin : undefined, reading.text('codec'))
  if (name === undefined || CODECS.has(name)) return []
  if (name === 'json' || name === 'json_lines')
    return [
      {
        json: {
          field: 'message',
          add_to_root: true,
          on_failure: [{ append: { field: 'tags', value: ['_jsonparsefailure'] } }],
        },
      },
    ]
  reading.left(
    name === 'multiline'
      ? 'lines are joined by the agent: "multiline" in its "files"'
      : `${name}: it has no counterpart`,
    'codec',
  )
  return []
}

function codecName(plugin: Plugin | undefined, text: string | undefined): string | undefined {
  return plugin?.name ?? text
}
