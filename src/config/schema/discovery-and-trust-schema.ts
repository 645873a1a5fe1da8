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
        '`logstash`: the keys `/logstash/host`, `/logstash/ssl_certificate`, `/logstash/ssl_private_key` and `/elasticsearch/host`, as in fleets of logstash-forwarder with confd.',
      default: 'forwarder',
    }),
    prefix: text({
      description: 'The beginning of all keys of the layout `forwarder`.',
      default: '/forwarder',
      format: 'etcd-prefix',
      expects: 'a path such as "/forwarder": it begins with / and does not end with one',
    }),
    user: Type.Optional(text({ description: "One of etcd's own users; needs a password." })),
    password: Type.Optional(secretText({ description: 'Prefer `passwordFile`, or `"${NAME}"` from the environment.' })),
    passwordFile: Type.Optional(path({ description: 'A file that holds the password and nothing else.' })),
    ca: Type.Optional(pemFile("Authorities that may sign etcd's certificates. Default: the system's.")),
    certificate: Type.Optional(pemFile('Certificate that is presented to etcd; needs `key`.')),
    key: Type.Optional(pemFile('Private key of `certificate`, not encrypted.')),
  },
  { ...CLOSED, description: 'Collectors that are registered in etcd, followed as they change.' },
)

const refresh = duration({
  description: 'How often the DNS is queried. The last good answer stays in use while queries fail.',
  default: '30s',
  from: '1s',
  to: '1d',
})

const dns = Type.Object(
  {
    names: list(address({ description: 'A name with its port.' }), {
      expects: 'a list such as ["logs.example.com:5044"]',
      description: 'Names as `"host:port"`. Each address of a name is a separate collector.',
    }),
    refresh,
  },
  { ...CLOSED, description: 'Names with several addresses.' },
)

const srv = Type.Object(
  {
    name: text({
      description: 'A name such as `"_lumberjack._tcp.example.org"`, whose SRV records have hosts, ports and weights.',
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
  token: Type.Optional(secretText({ description: 'Prefer `tokenFile`, or `"${NAME}"` from the environment.' })),
  tokenFile: Type.Optional(
    path({
      description:
        'A file with a join token (`forwarder ca token create`). Only the first certificate needs it; it may be deleted afterwards.',
    }),
  ),
}

export const agentEnrolment = Type.Object(
  {
    ...enrolmentProperties,
    name: Type.Optional(text({ description: 'The name in the certificate. Default: `host`.' })),
  },
  {
    ...CLOSED,
    description: 'A client certificate from `forwarder ca serve`, renewed automatically; needs `discovery.etcd`.',
  },
)

export const collectorEnrolment = Type.Object(
  {
    ...enrolmentProperties,
    clientAuth: choice(['none', 'optional', 'required'], {
      description: 'Whether agents must present a certificate.',
      default: 'required',
    }),
  },
  {
    ...CLOSED,
    description:
      'A server certificate for the advertised names from `forwarder ca serve`, renewed automatically; instead of `tls`; needs `discovery.etcd`.',
  },
)

export const advertise = Type.Object(
  {
    address: Type.Optional(
      address({
        description:
          'Where agents reach this collector. Default: the first of `listen`; the host name replaces a wildcard address.',
      }),
    ),
    name: Type.Optional(
      text({ description: 'The name of the registration, unique among the collectors. Default: `address`.' }),
    ),
    names: Type.Optional(
      list(text({ description: 'A name or address.' }), {
        expects: 'a list of names and addresses',
        description: 'More names for the certificate from `enrolment`, in addition to the host of `address`.',
      }),
    ),
    zone: Type.Optional(text({ description: 'Agents with the same `network.zone` prefer it.' })),
    weight: count({
      description: 'Its share of the agents, or of their events, relative to the other collectors.',
      default: 1,
      minimum: 1,
      maximum: 1000,
    }),
    privateKey: Type.Optional(
      Type.Literal('readable by everyone who can read etcd', {
        expects: 'exactly "readable by everyone who can read etcd"',
        description: 'Layout `logstash` only: publishes the private key too, as agents configured by confd expect.',
      }),
    ),
  },
  { ...CLOSED, description: 'How the collector registers in `discovery.etcd`; `false`: not at all.' },
)

export const authority = Type.Object(
  {
    dir: path({
      description:
        'The directory of `ca.pem` and `ca.key` from `forwarder ca create`. Tokens and issued names are kept there too.',
    }),
    passphrase: Type.Optional(
      secretText({ description: 'The passphrase of an encrypted `ca.key`. Prefer `passphraseFile`.' }),
    ),
    passphraseFile: Type.Optional(path({ description: 'A file that holds the passphrase and nothing else.' })),
    lifetime: duration({
      description: 'How long certificates are valid. They are renewed after two thirds of this time.',
      default: '7d',
      from: '10s',
      to: '825d',
    }),
    renewExpired: duration({
      description: 'How long after its expiry a certificate can still be renewed without a new token.',
      default: '30d',
      from: '0s',
    }),
  },
  { ...CLOSED, description: 'The certificate authority that answers enrolments.' },
)

export type EtcdConfig = Static<typeof etcd>
export type AuthorityConfig = Static<typeof authority>
