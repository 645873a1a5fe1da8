import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, pemFile } from './common-schema.ts'
import { choice, count, duration, list, path, secretText, size, text, toggle } from './schema-values.ts'

const retention = Type.Object(
  {
    age: Type.Optional(duration({ description: 'Older events are deleted.', from: '1s' })),
    clockTrustedUntil: Type.Optional(
      text({
        description:
          'At the start, a clock up to this time is believed at once. Without it, a clock that is ahead of the last event stored counts for `age` after three hours.',
        format: 'time',
        expects: 'a time in UTC such as "2026-12-24" or "2026-12-24T18:00Z"',
      }),
    ),
    size: Type.Optional(
      size({ description: 'Beyond it, the oldest events are deleted.', from: '1MiB', to: '1024TiB' }),
    ),
  },
  { ...CLOSED, description: 'By default everything is kept.', default: {} },
)

const lateAfter = duration({
  description: '`/health` is bad while an event that was received earlier than this is not stored.',
  default: '60s',
  from: '1s',
  to: '30d',
})

const embedded = Type.Object(
  {
    type: choice(['embedded'], {
      description: 'A SQLite database with full-text search, in one file.',
      default: 'embedded',
    }),
    path: Type.Optional(path({ description: 'The database file. Default: `events.db` in `stateDir`.' })),
    retention,
    lateAfter,
  },
  CLOSED,
)

const host = text({ description: 'A base address.', expects: 'an address such as "https://es1:9200"' })

function choices(description: string) {
  const item = text({ description: 'A name, or a pattern with `*`.' })
  return Type.Optional(list(item, { description, expects: 'a list of names or patterns such as ["filebeat-*"]' }))
}

const elasticsearch = Type.Object(
  {
    type: choice(['elasticsearch'], { description: 'Elasticsearch 7 to 9, or OpenSearch.' }),
    hosts: Type.Optional(
      list(host, {
        expects: 'a list such as ["https://es1:9200"]',
        description:
          'Addresses such as `"https://es1:9200"`. While one fails, another one is used. Required unless there is `discovery.etcd`.',
      }),
    ),
    hostsKey: Type.Optional(
      text({
        description:
          'The key in etcd with the hosts, followed as it changes; used without `hosts`. Default: `<prefix>/elasticsearch/hosts`, or `/elasticsearch/host` with the layout `logstash`.',
      }),
    ),
    allowPlainHosts: toggle({
      description:
        'Accept `http://` hosts from etcd even if there is a secret, `certificate`, `ca` or `caFingerprint`: each writer of etcd can then read the secret and all events.',
      default: false,
    }),
    index: Type.Optional(
      text({
        description:
          "The index, named from the event's time in UTC, and from fields as in `logs-%{event.dataset:generic}-%{+yyyy.MM}`; fields need `allowedIndices`. Default: `forwarder-%{+yyyy.MM.dd}`.",
        format: 'index-name',
        expects:
          'an index name such as "forwarder-%{+yyyy.MM.dd}": lower-case, without \\ / * ? " < > | , # : or a space',
      }),
    ),
    indexWindow: Type.Object(
      {
        back: duration({ description: 'How much earlier than its receipt.', default: '30d', from: '1h', to: '36500d' }),
        ahead: duration({ description: 'How much later than its receipt.', default: '1d', from: '1h', to: '36500d' }),
      },
      {
        ...CLOSED,
        description:
          'Which times of events name an index. Events outside share the index that has `outside` for the time. Widen it for an import of old logs.',
        default: {},
      },
    ),
    senderChoices: Type.Object(
      {
        indices: choices('The indices, data streams or aliases that `@metadata.raw_index` may name.'),
        pipelines: choices('The ingest pipelines that `@metadata.pipeline` may name.'),
      },
      {
        ...CLOSED,
        description: 'What senders such as Filebeat may choose for an event. By default nothing.',
        default: {},
      },
    ),
    allowedIndices: Type.Optional(
      list(text({ description: 'A name, or a pattern with `*`.' }), {
        description:
          'Patterns of the indices and data streams that fields in `index` or `dataStream`, and processors of the pipeline such as `reroute`, may choose.',
        expects: 'a list of patterns such as ["logs-*-*"]',
      }),
    ),
    dataStream: Type.Optional(
      text({
        description: 'A data stream instead of `index`; it may have fields.',
        format: 'stream-or-fields',
        expects: 'the lower-case name of a data stream, such as "logs-%{event.dataset}-default"',
      }),
    ),
    alias: Type.Optional(
      text({
        description: 'A write alias whose indices `<alias>-…` roll over, instead of `index`.',
        format: 'stream-name',
        expects: 'the fixed lower-case name of an alias',
      }),
    ),
    user: Type.Optional(text({ description: 'The user of `password` or `passwordFile`.' })),
    password: Type.Optional(secretText({ description: 'Prefer `passwordFile`, or `"${NAME}"` from the environment.' })),
    passwordFile: Type.Optional(path({ description: 'A file that holds the password and nothing else.' })),
    apiKey: Type.Optional(secretText({ description: '`id:key`, or the encoded form from the server.' })),
    apiKeyFile: Type.Optional(path({ description: 'A file that holds the API key.' })),
    bearer: Type.Optional(secretText({ description: 'A bearer token.' })),
    bearerFile: Type.Optional(path({ description: 'A file that holds the token.' })),
    ca: Type.Optional(pemFile("Authorities that may sign the servers' certificates. Default: the system's.")),
    caFingerprint: Type.Optional(
      text({
        description: "SHA-256 of the authority's certificate, as Elasticsearch prints it when it first starts.",
        format: 'fingerprint',
        expects: '64 hexadecimal digits, with or without colons',
      }),
    ),
    certificate: Type.Optional(
      pemFile('Certificate that the collector presents to servers that ask for one; needs `key`.'),
    ),
    key: Type.Optional(pemFile('Private key of `certificate`, not encrypted.')),
    compression: toggle({ description: 'Compress requests with gzip.', default: false }),
    template: toggle({ description: 'Install the index template if it is missing.', default: true }),
    pipeline: Type.Optional(text({ description: 'An ingest pipeline for every document.' })),
    requestTimeout: duration({
      description: 'Time limit of one request.',
      default: '60s',
      from: '1s',
      to: '10m',
    }),
    requestsInFlight: count({
      description: 'Simultaneous bulk requests. Those to a host that hangs while others answer do not count.',
      default: 4,
      minimum: 1,
      maximum: 64,
    }),
    bulkBytes: size({
      description: 'Size of one bulk request, before compression.',
      default: '8MiB',
      from: '64KiB',
      to: '90MiB',
    }),
    giveUpAfter: duration({
      description:
        'An event on which the server fails again and again (an answer 500 for it) while it stores others for the same target becomes a dead letter this long after its first try.',
      default: '1h',
      from: '1m',
      to: '30d',
    }),
    lateAfter,
  },
  CLOSED,
)

export const storeSchema = Type.Union([embedded, elasticsearch], {
  expects: 'an object with "type": "embedded" or "elasticsearch"',
  description: 'Where events are stored.',
  default: {},
})

export type ElasticsearchConfig = Static<typeof elasticsearch>
export type EmbeddedConfig = Static<typeof embedded>
