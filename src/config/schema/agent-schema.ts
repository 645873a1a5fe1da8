import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, commonProperties, fieldsOf, noTls, oldPemFile, pemFile } from './common-schema.ts'
import { agentDiscovery, agentEnrolment } from './discovery-and-trust-schema.ts'
import { MAX_LINE_BYTES } from '../values/event-bounds.ts'
import { formatSize } from '../values/size.ts'
import { recordProperties } from './records-schema.ts'
import { address, choice, count, duration, list, path, secondsOrDuration, size, text, toggle } from './schema-values.ts'

const clientTls = Type.Object(
  {
    certificate: Type.Optional(pemFile('Certificate (chain) that the agent presents; needs `key`.')),
    key: Type.Optional(pemFile('Private key of `certificate`, not encrypted.')),
    ca: Type.Optional(pemFile("Authorities that may sign the collector's certificate. Default: the system's.")),
  },
  CLOSED,
)

const network = Type.Object(
  {
    servers: Type.Optional(
      list(address({ description: 'A collector.' }), {
        expects: 'a list such as ["logs.example.com:5044"]',
        description:
          'Collectors as `"host:port"`; the default port is 5044. IPv6: `"[::1]:5043"` or `"::1:5043"`. Required unless there is `discovery`.',
      }),
    ),
    balance: choice(['random', 'failover', 'all'], {
      description:
        '`random`: one collector, and another one when it fails. `failover`: the first one that works, in the order of the list; returns to an earlier one once that has worked for a while. `all`: all at once, by weight and speed.',
      default: 'random',
    }),
    zone: Type.Optional(
      text({ description: 'With `random`: prefers collectors of this zone as long as one of them works.' }),
    ),
    maxConnectionAge: duration({
      description:
        'A connection older than this, give or take a quarter, is renewed between two windows, so that new collectors get their share. `0s`: never.',
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
        description: 'The newer form of the three `ssl …` keys. `false`: plain text, readable on the network.',
      }),
    ),
    timeout: secondsOrDuration({
      description: 'How long connecting may take, and waiting for a sign of life while an ack is due. 0: the default.',
      default: 15,
      from: '0s',
      to: '1h',
    }),
    protocol: choice([1, 2], {
      description: 'Lumberjack version; 1 for receivers that do not know version 2.',
      default: 2,
    }),
    wireForm: choice(['auto', 'lumberjack'], {
      description:
        '`auto`: to our own collectors, over TLS and with protocol 2, lines are sent as they are in the file, which takes a fraction of the time and half of the bytes; all others get JSON. `lumberjack`: JSON to all.',
      default: 'auto',
    }),
    compressionLevel: count({
      description:
        'Level of zlib, and of zstd in our own wire form; 0 sends uncompressed, except in our own wire form. Higher levels cost time and gain little.',
      default: 1,
      minimum: 0,
      maximum: 9,
    }),
    windowsInFlight: count({
      description: 'Windows that are sent before the first one is acked.',
      default: 4,
      minimum: 1,
      maximum: 16,
    }),
  },
  { ...CLOSED, description: 'Where events are sent, and how.', default: {} },
)

const fileGroup = Type.Object(
  {
    paths: list(path({ description: 'A glob.', expects: 'a glob such as "/var/log/*.log", or "-"' }), {
      expects: 'a list such as ["/var/log/*.log"]',
      description:
        'Files to follow: globs with `*`, `?`, `[…]`, `{a,b}` and `**` for any depth; a backslash makes a special character an ordinary one; `"-"` is standard input. Relative globs start at the working directory.',
    }),
    exclude: Type.Array(path({ description: 'A glob.', expects: 'a glob' }), {
      description: 'Files to leave out. A glob without a slash is compared with the file name only.',
      default: [],
      expects: 'a list of globs',
    }),
    fields: fieldsOf(
      "Members that each event gets at top level. They take precedence over the global `fields`. The names of the event's own members are not allowed, nor a name that lies above or below one of them or of another field (`log.file`, or `a` beside `a.b`).",
    ),
    'dead time': duration({
      description: 'A file that has not changed for this long is closed; it is opened again when it changes.',
      default: '24h',
      from: '1s',
      isAbsentWhenEmpty: true,
    }),
    startPosition: choice(['beginning', 'end'], {
      description:
        'Where to start in files that exist when the group is followed for the first time. Later files are read from their beginning.',
      default: 'beginning',
    }),
    maxLineBytes: size({
      description:
        'Longer lines are split into several events; all of them are sent, and marked in `log.flags`. JSON may take six bytes for one, so an event of the greatest length is still within the default `limits.eventBytes` of a collector.',
      default: '1MiB',
      from: '64B',
      to: formatSize(MAX_LINE_BYTES),
    }),
    archives: toggle({
      description:
        'Read compressed files (`.gz`, `.zst`) that a glob matches, each once. Otherwise such a file is read only as the rest of a file that was followed. Those that exist when this is set are left out if `startPosition` is "end".',
      default: false,
    }),
    ...recordProperties,
  },
  CLOSED,
)

/** The single source for an agent's configuration: types, checks, defaults and reference page. */
export const agentSchema = Type.Object(
  {
    network,
    files: Type.Array(fileGroup, {
      expects: 'a list of objects such as {"paths": ["/var/log/*.log"]}',
      description: 'What to follow. A file that matches two entries belongs to the first. `[]`: nothing yet.',
    }),
    discovery: Type.Optional(agentDiscovery),
    enrolment: Type.Optional(agentEnrolment),
    host: Type.Optional(text({ description: "`host.name` of every event. Default: the machine's host name." })),
    fields: fieldsOf('Members that every event gets at top level.'),
    spoolSize: count({
      description: 'Maximum number of events in a window.',
      default: 8192,
      minimum: 1,
      maximum: 10_000,
    }),
    durability: choice(['disk', 'process'], {
      description:
        '`disk`: events are journaled with fsync before they are sent, so that a power failure neither loses them nor sends them twice under a new id. `process`: without fsync; survives a killed process, but not a power failure.',
      default: 'disk',
    }),
    onLostState: choice(['stop', 'resend', 'end'], {
      description:
        'If the state is missing or damaged: refuse to start and explain the repair, send all files again, or continue at their ends.',
      default: 'stop',
    }),
    pollInterval: duration({
      description: 'How often files are checked, in addition to change notifications of the system.',
      default: '1s',
      from: '10ms',
      to: '1h',
    }),
    holdTime: Type.Optional(
      duration({
        description:
          'How long a deleted file that is not read to its end is kept open, and with it its space on the disk. Then the rest of it is lost, with a warning. By default it is kept until it is read.',
        from: '1s',
      }),
    ),
    holdBytes: Type.Optional(
      size({
        description:
          'The greatest sum of the sizes of such files. Beyond it, the files that were deleted first are given up as with `holdTime`. By default it is unlimited.',
        from: '1MiB',
        to: '1024TiB',
      }),
    ),
    ...commonProperties,
  },
  CLOSED,
)

/** An agent's configuration as written, with its defaults filled in. */
export type AgentConfig = Static<typeof agentSchema>
