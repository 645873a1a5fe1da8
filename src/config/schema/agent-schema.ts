import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, commonProperties, fieldsOf, noTls, oldPemFile, pemFile } from './common-schema.ts'
import { agentDiscovery, agentEnrolment } from './discovery-schema.ts'
import { address, choice, count, duration, list, path, secondsOrDuration, size, text } from './schema-values.ts'

const clientTls = Type.Object(
  {
    certificate: Type.Optional(pemFile('Certificate (chain) that the agent shows; needs `key`.')),
    key: Type.Optional(pemFile('Private key of `certificate`, not encrypted.')),
    ca: Type.Optional(pemFile("Authorities that may sign the collector's certificate. Without it: the system's.")),
  },
  CLOSED,
)

const network = Type.Object(
  {
    servers: Type.Optional(
      list(address({ description: 'A collector.' }), {
        expects: 'a list such as ["logs.example.com:5044"]',
        description:
          'Collectors as `"host:port"`; port 5044 where it is left out. IPv6: `"[::1]:5043"` or `"::1:5043"`. Needed unless there is `discovery`.',
      }),
    ),
    balance: choice(['random', 'failover', 'all'], {
      description:
        '`random`: one collector, another when it fails. `failover`: the first that works, in the order of the list; back to an earlier one when it has been well for a while. `all`: all at once, by weight and speed.',
      default: 'random',
    }),
    zone: Type.Optional(
      text({ description: 'With `random`: collectors of this zone come first, as long as one of them works.' }),
    ),
    maxConnectionAge: duration({
      description:
        'A connection that is older, give or take a quarter, is renewed between two windows, so that new collectors get their share. `0s`: never.',
      default: '30m',
      from: '0s',
      to: '30d',
    }),
    'ssl certificate': Type.Optional(oldPemFile('As `tls.certificate`.')),
    'ssl key': Type.Optional(oldPemFile('As `tls.key`.')),
    'ssl ca': Type.Optional(oldPemFile('As `tls.ca`.')),
    tls: Type.Optional(
      Type.Union([clientTls, noTls], {
        expects: 'an object, or false for plain text',
        description: 'The newer spelling of the three `ssl …` keys. `false`: plain text, readable on the network.',
      }),
    ),
    timeout: secondsOrDuration({
      description: 'How long connecting, and waiting for a sign of life while an ack is due, may take. 0: the default.',
      default: 15,
      from: '0s',
      to: '1h',
    }),
    protocol: choice([1, 2], {
      description: 'Lumberjack version; 1 for receivers that know nothing newer.',
      default: 2,
    }),
    compressionLevel: count({
      description: 'Of zlib; 0 sends uncompressed. Higher costs time and gains little.',
      default: 1,
      minimum: 0,
      maximum: 9,
    }),
    windowsInFlight: count({
      description: 'Windows that are sent before the first of them is acked.',
      default: 4,
      minimum: 1,
      maximum: 16,
    }),
  },
  { ...CLOSED, description: 'Where events go, and how.', default: {} },
)

const fileGroup = Type.Object(
  {
    paths: list(path({ description: 'A glob.', expects: 'a glob such as "/var/log/*.log", or "-"' }), {
      expects: 'a list such as ["/var/log/*.log"]',
      description:
        'What to follow: globs with `*`, `?`, `[…]`, `{a,b}` and `**` for any depth; `"-"` is standard input. Relative ones start at the working directory.',
    }),
    exclude: Type.Array(path({ description: 'A glob.', expects: 'a glob' }), {
      description: 'What to leave out of it. A glob without a slash is compared with the file name alone.',
      default: [],
      expects: 'a list of globs',
    }),
    fields: fieldsOf(
      "Members that each event gets at top level. They win over the global `fields`. Not with the event's own names.",
    ),
    'dead time': duration({
      description: 'A file that did not change for so long is closed; it is opened again when it changes.',
      default: '24h',
      from: '1s',
      isAbsentWhenEmpty: true,
    }),
    startPosition: choice(['beginning', 'end'], {
      description:
        'Where files begin that are there before the group is followed for the first time. Later files: at their beginning.',
      default: 'beginning',
    }),
    maxLineBytes: size({
      description: 'Longer lines are cut into several events; all of them are sent, and say so in `log.flags`.',
      default: '1MiB',
      from: '64B',
      to: '8MiB',
    }),
  },
  CLOSED,
)

/** The single source for an agent's configuration: types, checks, defaults and reference page. */
export const agentSchema = Type.Object(
  {
    network,
    files: Type.Array(fileGroup, {
      expects: 'a list of objects such as {"paths": ["/var/log/*.log"]}',
      description: 'What is followed. A file that two entries match belongs to the first. `[]`: nothing yet.',
    }),
    discovery: Type.Optional(agentDiscovery),
    enrolment: Type.Optional(agentEnrolment),
    host: Type.Optional(text({ description: "`host.name` of every event. Default: the machine's host name." })),
    fields: fieldsOf('Members that every event gets at top level.'),
    spoolSize: count({ description: 'Events in a window at most.', default: 2048, minimum: 1, maximum: 10_000 }),
    durability: choice(['disk', 'process'], {
      description:
        '`disk`: what is sent is journaled with fsync before, so that nothing is lost or sent twice under a new id when the power fails. `process`: without fsync; survives a killed process only.',
      default: 'disk',
    }),
    onLostState: choice(['stop', 'resend', 'end'], {
      description:
        'When the state is gone or damaged: refuse to start and say how to repair it, send all files again, or go on at their ends.',
      default: 'stop',
    }),
    pollInterval: duration({
      description: 'How often files are looked at, beside what the system reports.',
      default: '1s',
      from: '10ms',
      to: '1h',
    }),
    ...commonProperties,
  },
  CLOSED,
)

/** An agent's configuration as written, with its defaults filled in. */
export type AgentConfig = Static<typeof agentSchema>
