import { Type } from 'typebox'
import type { Static } from 'typebox'
import { CLOSED, pemFile } from './common-schema.ts'
import { address, choice, count, duration, list, path, secretText, text } from './schema-values.ts'

const etcd = Type.Object(
  {
    endpoints: list(text({ description: 'A member of etcd.', expects: 'an address such as "https://etcd1:2379"' }), {
      expects: 'a list such as ["https://etcd1:2379"]',
      description: 'Members of etcd (3.4 or later), each as `"https://host:port"`.',
    }),
    layout: choice(['forwarder', 'logstash'], {
      description:
        '`logstash`: the keys `/logstash/host`, `/logstash/ssl_certificate`, `/logstash/ssl_private_key` and `/elasticsearch/host`, as confd-driven fleets of logstash-forwarder have them.',
      default: 'forwarder',
    }),
    prefix: text({
      description: 'Before all keys of the layout `forwarder`.',
      default: '/forwarder',
      format: 'etcd-prefix',
      expects: 'a path such as "/forwarder": it begins with / and does not end with one',
    }),
    user: Type.Optional(text({ description: "One of etcd's own users; needs a password." })),
    password: Type.Optional(
      secretText({ description: 'Better in `passwordFile`, or as `"${NAME}"` from the environment.' }),
    ),
    passwordFile: Type.Optional(path({ description: 'A file that holds the password and nothing else.' })),
    ca: Type.Optional(pemFile("Authorities that may sign etcd's certificates. Without it: the system's.")),
    certificate: Type.Optional(pemFile('Certificate that is shown to etcd; needs `key`.')),
    key: Type.Optional(pemFile('Private key of `certificate`, not encrypted.')),
  },
  { ...CLOSED, description: 'What is registered in etcd, and followed as it changes.' },
)

const refresh = duration({
  description: 'How often the DNS is asked. Its last good answer stays in use while it fails.',
  default: '30s',
  from: '1s',
  to: '1d',
})

const dns = Type.Object(
  {
    names: list(address({ description: 'A name with its port.' }), {
      expects: 'a list such as ["logs.example.com:5044"]',
      description: 'Names as `"host:port"`. Each address behind a name is a collector of its own.',
    }),
    refresh,
  },
  { ...CLOSED, description: 'Names with several addresses.' },
)

const srv = Type.Object(
  {
    name: text({
      description: 'A name such as `"_lumberjack._tcp.example.org"`, whose SRV records tell hosts, ports and weights.',
      format: 'srv-name',
      expects: 'a name such as "_lumberjack._tcp.example.org"',
    }),
    refresh,
  },
  { ...CLOSED, description: 'SRV records.' },
)

/** Where an agent finds collectors. */
export const agentDiscovery = Type.Object(
  { etcd: Type.Optional(etcd), dns: Type.Optional(dns), srv: Type.Optional(srv) },
  { ...CLOSED, description: 'Where collectors are found, instead of `network.servers`: one of `etcd`, `dns`, `srv`.' },
)

/** Where a collector, or the authority, registers and looks. */
export const etcdDiscovery = Type.Object(
  { etcd },
  { ...CLOSED, description: 'The etcd that agents and collectors share.' },
)

const enrolmentProperties = {
  caFingerprint: text({
    description: "SHA-256 of the authority's certificate, as `forwarder ca fingerprint` prints it.",
    format: 'fingerprint',
    expects: 'the fingerprint that `forwarder ca fingerprint` prints: sha256: and 64 hexadecimal digits',
  }),
  token: Type.Optional(secretText({ description: 'Better in `tokenFile`, or as `"${NAME}"` from the environment.' })),
  tokenFile: Type.Optional(
    path({
      description:
        'A file with a join token (`forwarder ca token create`). Needed for the first certificate only: it may be deleted then.',
    }),
  ),
}

export const agentEnrolment = Type.Object(
  {
    ...enrolmentProperties,
    name: Type.Optional(text({ description: 'What the certificate says it is. Default: `host`.' })),
  },
  {
    ...CLOSED,
    description: 'A client certificate from `forwarder ca serve`, renewed by itself; needs `discovery.etcd`.',
  },
)

export const collectorEnrolment = Type.Object(
  {
    ...enrolmentProperties,
    clientAuth: choice(['none', 'optional', 'required'], {
      description: 'Whether agents must show a certificate.',
      default: 'required',
    }),
  },
  {
    ...CLOSED,
    description:
      'A server certificate for the advertised names from `forwarder ca serve`, renewed by itself; instead of `tls`; needs `discovery.etcd`.',
  },
)

export const advertise = Type.Object(
  {
    address: Type.Optional(
      address({
        description:
          'Where agents reach this collector. Default: the first of `listen`, with the host name where that is every address.',
      }),
    ),
    name: Type.Optional(text({ description: 'Under which it is registered, once a collector. Default: `address`.' })),
    names: Type.Optional(
      list(text({ description: 'A name or address.' }), {
        expects: 'a list of names and addresses',
        description: 'What the certificate from `enrolment` is for beside the host of `address`.',
      }),
    ),
    zone: Type.Optional(text({ description: 'Agents with the same `network.zone` prefer it.' })),
    weight: count({
      description: 'Its share of the agents, or of their windows, beside the others.',
      default: 1,
      minimum: 1,
      maximum: 1000,
    }),
    privateKey: Type.Optional(
      Type.Literal('readable by everyone who can read etcd', {
        expects: '"readable by everyone who can read etcd", in these words',
        description:
          'Layout `logstash` only: publishes the private key too, as agents that are configured by confd expect it.',
      }),
    ),
  },
  { ...CLOSED, description: 'How the collector registers in `discovery.etcd`; `false`: not at all.' },
)

export const authority = Type.Object(
  {
    dir: path({
      description: 'Where `forwarder ca create` put `ca.pem` and `ca.key`. Tokens and issued names are kept there.',
    }),
    passphrase: Type.Optional(secretText({ description: 'Of an encrypted `ca.key`. Better in `passphraseFile`.' })),
    passphraseFile: Type.Optional(path({ description: 'A file that holds the passphrase and nothing else.' })),
    lifetime: duration({
      description: 'How long certificates are good. They are renewed after two thirds of it.',
      default: '7d',
      from: '10s',
      to: '825d',
    }),
    renewExpired: duration({
      description: 'How long after its end a certificate can still be renewed without a new token.',
      default: '30d',
      from: '0s',
    }),
  },
  { ...CLOSED, description: 'The certificate authority that answers enrolments.' },
)

export type EtcdConfig = Static<typeof etcd>
export type AgentDiscoveryConfig = Static<typeof agentDiscovery>
export type AgentEnrolmentConfig = Static<typeof agentEnrolment>
export type CollectorEnrolmentConfig = Static<typeof collectorEnrolment>
export type AdvertiseConfig = Static<typeof advertise>
export type AuthorityConfig = Static<typeof authority>
