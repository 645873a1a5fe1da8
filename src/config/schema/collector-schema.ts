import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, commonProperties, noTls, pemFile } from './common-schema.ts'
import { advertise, authority, collectorEnrolment, etcdDiscovery } from './discovery-and-trust-schema.ts'
import { DEFAULT_EVENT_BYTES } from '../values/event-bounds.ts'
import { formatSize } from '../values/size.ts'
import { address, choice, count, duration, list, path, size, text, toggle } from './schema-values.ts'
import { storeSchema } from './store-schema.ts'

const serverTls = Type.Object(
  {
    certificate: pemFile('Certificate, followed by those of intermediate authorities.'),
    key: pemFile('Private key of `certificate`, not encrypted.'),
    ca: Type.Optional(pemFile("Authorities that may sign agents' certificates.")),
    clientAuth: Type.Optional(
      choice(['none', 'optional', 'required'], {
        description: 'Whether agents must present a certificate. Default: `required` with `ca`, otherwise `none`.',
      }),
    ),
  },
  CLOSED,
)

const limits = Type.Object(
  {
    windowEvents: count({ description: 'Events in one window.', default: 10_000, minimum: 1, maximum: 1_000_000 }),
    frameBytes: size({ description: 'One compressed frame on the wire.', default: '32MiB', from: '64KiB', to: '1GiB' }),
    eventBytes: size({
      description: 'One event. Agents send events of up to 16MiB; one that is larger than this is refused.',
      default: formatSize(DEFAULT_EVENT_BYTES),
      from: '1KiB',
      to: '256MiB',
    }),
    eventMembers: count({
      description:
        'Members of objects and elements of arrays in one event, or pairs of protocol 1. An event with more becomes a dead letter.',
      default: 100_000,
      minimum: 100,
      maximum: 1_000_000,
    }),
    inflatedBytes: size({
      description: 'One compressed frame once inflated.',
      default: '64MiB',
      from: '64KiB',
      to: '1GiB',
    }),
    connections: count({ description: 'Simultaneous connections.', default: 1000, minimum: 1, maximum: 100_000 }),
    connectionsPerAddress: Type.Optional(
      count({
        description:
          'Simultaneous connections of one address, or of one /64 network of IPv6. Raise it if agents share an address. Default: half of `connections`, or all of up to 64.',
        minimum: 1,
        maximum: 100_000,
      }),
    ),
    handshakes: Type.Optional(
      count({
        description:
          'TLS handshakes under way; they do not count as connections. Default: half of `connections`, or as many as up to 64.',
        minimum: 1,
        maximum: 100_000,
      }),
    ),
    bytesInFlight: size({
      description:
        'Received but not yet stored, for all connections together. When held events fill it, the connection whose events are held longest ends, and its agent sends them again.',
      default: '256MiB',
      from: '1MiB',
      to: '1TiB',
    }),
  },
  { ...CLOSED, description: 'Limits on clients. Each protects memory.', default: {} },
)

export const deadLetters = Type.Object(
  {
    maxBytes: size({
      description:
        'Maximum size of the dead letters that are kept. One sender may have as many bytes as are still free beside them; beyond that its events are held.',
      default: '1GiB',
      from: '1MiB',
      to: '1TiB',
    }),
    path: Type.Optional(path({ description: 'The database file. Default: `dead-letters.db` in `stateDir`.' })),
  },
  {
    ...CLOSED,
    description: 'Events that no store can take, with the reason; see `forwarder dead-letters`.',
    default: {},
  },
)

const listenAddress = address({ description: 'An address of this machine.' })

/** The single source for a collector's configuration: types, checks, defaults and reference page. */
export const collectorSchema = Type.Object(
  {
    listen: Type.Union([listenAddress, list(listenAddress, { description: 'Several.' })], {
      expects: '"host:port" or a list of them',
      description:
        'Where agents connect: `"host:port"` or a list; the default port is 5044. `"0.0.0.0:5044"` is every IPv4 address, `"[::]:5044"` every address.',
    }),
    tls: Type.Optional(
      Type.Union([serverTls, noTls], {
        expects: 'an object with "certificate" and "key", or false for plain text',
        description:
          'Required unless there is `enrolment` or all of `listen` is loopback. `false`: plain text, readable on the network.',
      }),
    ),
    store: storeSchema,
    deadLetters,
    discovery: Type.Optional(etcdDiscovery),
    advertise: Type.Optional(
      Type.Union([advertise, Type.Literal(false)], {
        expects: 'an object, or false for no registration',
        description: 'How the collector registers in `discovery.etcd`. `false`: not at all.',
      }),
    ),
    enrolment: Type.Optional(collectorEnrolment),
    ca: Type.Optional(authority),
    limits,
    ids: Type.Object(
      {
        requireBound: toggle({
          description:
            'Ids of agents of the first edition are bound to the name in the certificate too, instead of being taken as they are.',
          default: false,
        }),
        requireOwnHost: toggle({
          description:
            'Events whose `host.name` is not the name in the certificate of their sender become dead letters.',
          default: false,
        }),
        nameField: Type.Optional(
          text({
            description:
              'The field of each event in which the name in the certificate of its sender is stored, such as `tls.client.x509.subject.common_name` of the Elastic Common Schema. Events that have it already become dead letters. Default: it is not stored.',
            expects: 'the name of a field such as "tls.client.x509.subject.common_name"',
          }),
        ),
      },
      { ...CLOSED, description: 'What a sender with a certificate may claim. See docs/protocol.md.', default: {} },
    ),
    workers: count({
      description:
        'Threads that decompress and read events, and as many that pass them through `pipeline`, if there is one. 0: the main thread reads them, and large events hold up all agents; the pipeline has one thread.',
      default: 1,
      minimum: 0,
      maximum: 64,
    }),
    pipeline: Type.Optional(
      Type.Unsafe<unknown>({
        type: ['array', 'object'],
        expects: 'a list of processors such as [{"json": {"field": "message"}}]',
        description:
          "Processors that each event passes before it is stored, as in Elasticsearch's ingest pipelines; docs/pipeline.md has them. A list, or an object with `processors` and `on_failure`. An empty list does nothing but ask the store about events that come again, as a pipeline needs it.",
      }),
    ),
    pipelines: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        expects: 'an object with pipelines by name',
        description: 'Further pipelines by name, for the processor `pipeline`.',
      }),
    ),
    pipelineTimeout: duration({
      description:
        'Time limit of one event for all processors together. Beyond it, the event is stored as it was received, and the processor is named in the log, the metrics and the health.',
      default: '1s',
      from: '50ms',
      to: '1m',
    }),
    pipelineFailure: choice(['store', 'deadLetter'], {
      description:
        'What becomes of an event on which a processor fails, without `ignore_failure` and `on_failure`. `store`: it is stored as it was received, with the tag `pipeline_failure`. `deadLetter`: it becomes a dead letter.',
      default: 'store',
    }),
    wireForm: choice(['auto', 'lumberjack'], {
      description:
        '`auto`: our own agents may send lines as they are in their files, over TLS and with protocol 2; all other clients send as always. `lumberjack`: our own agents, too. Applies to new connections.',
      default: 'auto',
    }),
    keepalive: duration({
      description: 'How often an agent that waits for its ack gets a sign of life (protocol 2).',
      default: '2s',
      from: '100ms',
      to: '1m',
    }),
    ...commonProperties,
  },
  CLOSED,
)

/** A collector's configuration as written, with its defaults filled in. */
export type CollectorConfig = Static<typeof collectorSchema>
