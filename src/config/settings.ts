// A configuration as the rest of the program sees it: plain data with every default filled in, times in milliseconds,
// sizes in bytes, addresses split into host and port, paths absolute.
import type { HostAndPort } from '../flow/host-port.ts'
import type { ReadyMadeName } from '../patterns/ready-made-names.ts'
import type { Secret } from './values/secret.ts'

export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

export interface LogSettings {
  readonly level: LogLevel
  /** `auto`: text on a terminal, JSON lines elsewhere. */
  readonly format: 'auto' | 'json' | 'text'
  /** Lines begin with a syslog priority such as `<6>`, which journald and `logger --prio-prefix` understand. */
  readonly syslog: boolean
}

/** The settings of every role. */
export interface CommonSettings {
  /** Absolute. */
  readonly stateDir: string
  readonly shutdownTimeoutMs: number
  /** Where `/metrics` and `/health` are served; absent: not at all. */
  readonly metrics: HostAndPort | undefined
  readonly log: LogSettings
}

/** Paths of PEM files. Without `ca` the system's authorities are trusted. */
export interface ClientTlsFiles {
  readonly certificate?: string
  readonly key?: string
  readonly ca?: string
}

export interface ServerTlsFiles {
  readonly certificate: string
  readonly key: string
  readonly ca?: string
  readonly clientAuth: 'none' | 'optional' | 'required'
}

/** How to reach etcd, and where in it. */
export interface EtcdSettings {
  /** At least one: `http://…` or `https://…` with a port. */
  readonly endpoints: readonly string[]
  readonly layout: 'forwarder' | 'logstash'
  /** Begins with a slash and does not end with one. */
  readonly prefix: string
  readonly user?: string
  readonly password?: Secret
  /** Paths of PEM files. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
}

/** Where an agent finds its collectors. */
export type DiscoverySettings =
  /** At least one. */
  | { readonly kind: 'static'; readonly servers: readonly HostAndPort[] }
  /** At least one name. */
  | { readonly kind: 'dns'; readonly names: readonly HostAndPort[]; readonly refreshMs: number }
  | { readonly kind: 'srv'; readonly name: string; readonly refreshMs: number }
  | { readonly kind: 'etcd'; readonly etcd: EtcdSettings }

/** How to get a certificate from the authority that answers in etcd. */
export interface EnrolmentSettings {
  /** Without `token` and `tokenFile` only an existing certificate can be renewed. */
  readonly token?: Secret
  /** Absolute. Read when a token is needed. */
  readonly tokenFile?: string
  /** SHA-256 of the authority's certificate: 64 hexadecimal digits in lower case, without colons. */
  readonly caFingerprint: string
}

export interface AuthoritySettings {
  /** Absolute. */
  readonly dir: string
  readonly passphrase?: Secret
  readonly lifetimeMs: number
  readonly renewExpiredMs: number
}

export interface NetworkSettings {
  readonly balance: 'random' | 'failover' | 'all'
  readonly zone?: string
  /** 0: unlimited. */
  readonly maxConnectionAgeMs: number
  /** Absent: plain text, which `"tls": false` chose. */
  readonly tls: ClientTlsFiles | undefined
  readonly timeoutMs: number
  readonly protocol: 1 | 2
  readonly wireForm: 'auto' | 'lumberjack'
  /** 0 (off) to 9. */
  readonly compressionLevel: number
  readonly windowsInFlight: number
}

export interface FileGroupSettings {
  /** Absolute globs; `-` is standard input. */
  readonly paths: readonly string[]
  readonly exclude: readonly string[]
  /** The global fields and the group's own, which take precedence. */
  readonly fields: Readonly<Record<string, unknown>>
  readonly deadTimeMs: number
  readonly startPosition: 'beginning' | 'end'
  readonly maxLineBytes: number
  readonly archives: boolean
  /** How lines become records; absent where each line is one. */
  readonly format?: 'cri' | 'docker' | 'auto'
  readonly text?: TextFormSettings
  readonly multiline?: MultilineSettings
  /** With the format `auto`: for files whose format has records of several lines. */
  readonly formatMultiline?: Omit<MultilineSettings, 'how'>
  readonly includeLines?: readonly string[]
  readonly excludeLines?: readonly string[]
}

export interface TextFormSettings {
  /** The name that TextDecoder has for it. */
  readonly encoding: string
  readonly delimiter: string
}

export interface MultilineSettings {
  /** The name of a ready-made way, or patterns. */
  readonly how:
    | ReadyMadeName
    | {
        readonly pattern: string
        readonly negate: boolean
        readonly match: 'before' | 'after'
        readonly flushPattern?: string
      }
  readonly maxLines: number
  readonly maxBytes: number
  readonly timeoutMs: number
}

export interface AgentSettings extends CommonSettings {
  readonly role: 'agent'
  readonly network: NetworkSettings
  readonly discovery: DiscoverySettings
  readonly enrolment?: EnrolmentSettings & { readonly name: string }
  /** Empty: nothing to follow yet. */
  readonly files: readonly FileGroupSettings[]
  /** `host.name` of every event. */
  readonly host: string
  /** At most this many events in a window. */
  readonly spoolSize: number
  readonly durability: 'disk' | 'process'
  readonly onLostState: 'stop' | 'resend' | 'end'
  readonly pollIntervalMs: number
  /** Absent: without a limit. */
  readonly holdTimeMs?: number
  /** Absent: without a limit. */
  readonly holdBytes?: number
}

export interface EmbeddedStoreSettings {
  readonly type: 'embedded'
  /** Absolute; the database file. */
  readonly path: string
  readonly maxAgeMs?: number
  /** Milliseconds since 1970. */
  readonly clockTrustedUntilMs?: number
  readonly maxBytes?: number
  readonly lateAfterMs: number
}

export type StoreAuth =
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly user: string; readonly password: Secret }
  | { readonly kind: 'apiKey'; readonly apiKey: Secret }
  | { readonly kind: 'bearer'; readonly token: Secret }

export interface ElasticsearchStoreSettings {
  readonly type: 'elasticsearch'
  /** http or https, never with a password in it, no slash at the end. Empty: from etcd. */
  readonly hosts: readonly string[]
  /** The key in etcd with the hosts, if there are none above. */
  readonly hostsKey?: string
  /** `http://` addresses in etcd are used. */
  readonly allowsPlainHosts: boolean
  /** May hold times such as `%{+yyyy.MM.dd}`, and fields. */
  readonly index: string
  /** Patterns with `*`: what fields and pipelines may choose. */
  readonly allowedIndices?: readonly string[]
  readonly indexWindow: { readonly backMs: number; readonly aheadMs: number }
  /** Patterns with `*`. */
  readonly senderChoices: { readonly indices?: readonly string[]; readonly pipelines?: readonly string[] }
  /** Instead of `index`. */
  readonly dataStream?: string
  /** Instead of `index`. */
  readonly alias?: string
  readonly auth: StoreAuth
  /** Paths of PEM files. */
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
  /** SHA-256 of the CA's certificate: 64 hexadecimal digits in lower case, without colons. */
  readonly caFingerprint?: string
  readonly compression: boolean
  readonly template: boolean
  readonly pipeline?: string
  readonly requestTimeoutMs: number
  readonly requestsInFlight: number
  readonly bulkBytes: number
  readonly giveUpAfterMs: number
  readonly lateAfterMs: number
}

export type StoreSettings = EmbeddedStoreSettings | ElasticsearchStoreSettings

/** What a sender with a certificate may claim. */
export interface IdSettings {
  readonly requireBound: boolean
  readonly requireOwnHost: boolean
  readonly nameField?: string
}

/** Each protects the collector's memory from what a client announces or sends. */
export interface LimitSettings {
  readonly windowEvents: number
  readonly frameBytes: number
  readonly eventBytes: number
  readonly eventMembers: number
  readonly inflatedBytes: number
  readonly connections: number
  readonly connectionsPerAddress?: number
  readonly handshakes?: number
  readonly bytesInFlight: number
}

/** How a collector is registered in etcd. */
export interface AdvertiseSettings {
  readonly address: HostAndPort
  /** Its key in the directory. */
  readonly name: string
  /** More names for its certificate, beside the host of `address`. */
  readonly names: readonly string[]
  readonly zone?: string
  readonly weight: number
  readonly publishesPrivateKey: boolean
}

export interface DeadLetterSettings {
  /** Absolute. */
  readonly path: string
  readonly maxBytes: number
}

export interface CollectorSettings extends CommonSettings {
  readonly role: 'collector'
  /** At least one. */
  readonly listen: readonly HostAndPort[]
  /** Absent: plain text. */
  readonly tls: ServerTlsFiles | undefined
  readonly store: StoreSettings
  readonly deadLetters: DeadLetterSettings
  readonly etcd?: EtcdSettings
  /** Absent: not registered. */
  readonly advertise?: AdvertiseSettings
  /** Instead of `tls`. */
  readonly enrolment?: EnrolmentSettings & { readonly clientAuth: ServerTlsFiles['clientAuth'] }
  readonly ca?: AuthoritySettings
  readonly limits: LimitSettings
  readonly ids: IdSettings
  /** Threads that read events. */
  readonly workers: number
  /** Plain data as it is written: a list of processors, or an object with one. */
  readonly pipeline?: unknown
  /** By name. */
  readonly pipelines?: Readonly<Record<string, unknown>>
  /** Where relative paths of files in them begin. Absolute. */
  readonly pipelineDirectory: string
  readonly pipelineTimeoutMs: number
  readonly pipelineFailure: 'store' | 'deadLetter'
  /** `auto`: our own agents may use our own wire form. */
  readonly wireForm: 'auto' | 'lumberjack'
  /** How often a client that waits for its ack gets a sign of life. */
  readonly keepaliveMs: number
}

/** The settings of `forwarder ca serve`. */
export interface CaSettings extends CommonSettings {
  readonly role: 'ca'
  readonly ca: AuthoritySettings
  readonly etcd: EtcdSettings
}

export type Settings = AgentSettings | CollectorSettings | CaSettings
export type Role = Settings['role']
