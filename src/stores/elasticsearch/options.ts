import type { Log } from '../../telemetry/log.ts'
import type { DoubtLimits } from '../asking-store.ts'
import type { HostList } from './http/host-addresses.ts'
import type { IndexWindow } from './index/index-window.ts'

/** How the collector authenticates. An API key is `id:key` or the encoded form that the server prints. */
export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'apiKey'; readonly key: string }
  | { readonly kind: 'bearer'; readonly token: string }

export interface StoreTls {
  /** Path of a PEM file with the authorities to trust; the system's without this and `caFingerprint`. */
  readonly ca?: string
  /** SHA-256 of the authority's certificate in hex, colons allowed: that certificate, sent by the server, is trusted. */
  readonly caFingerprint?: string
  /** Paths of PEM files: the collector's certificate and key, for servers that ask for them. */
  readonly certificate?: string
  readonly key?: string
}

/** Where documents go. */
export type Target =
  /** An index named after the event's time, e.g. `forwarder-%{+yyyy.MM.dd}`: ids suffice for exactly once, unless the name has fields. */
  | { readonly kind: 'index'; readonly pattern: string }
  | { readonly kind: 'dataStream'; readonly name: string }
  /** A write alias whose indices roll over. */
  | { readonly kind: 'alias'; readonly name: string }

/** What senders may choose with `@metadata`: patterns with `*`. */
export interface SenderChoices {
  readonly indices?: readonly string[]
  readonly pipelines?: readonly string[]
}

export interface ElasticsearchOptions {
  /** A watched list is followed: removed hosts finish their requests, and with an empty list the store is away. */
  readonly hosts: HostList
  readonly target: Target
  readonly credentials?: Credentials
  readonly tls?: StoreTls
  /** gzip the requests; default `none`. */
  readonly compression?: 'none' | 'gzip'
  /** The ingest pipeline for every document. */
  readonly pipeline?: string
  /** How far an event's time may be from its receipt to name its index; default 30 days back and 1 day ahead. */
  readonly indexWindow?: IndexWindow
  /** Default: none. */
  readonly senderChoices?: SenderChoices
  /** Patterns with `*`: the indices that fields in the target, and a pipeline of the collector, may choose. Default: none. */
  readonly allowedIndices?: readonly string[]
  /** An event that comes again may have another index or time than before, since a pipeline makes them. Default: never. */
  readonly mayMove?: () => boolean
  /** Install a missing index template; default true. */
  readonly installsTemplate?: boolean
  /** The time limit of one request; default 60,000. */
  readonly requestTimeoutMs?: number
  /** The maximum length of a bulk body; default 8 MiB. */
  readonly maxRequestBytes?: number
  /** The maximum number of documents in a bulk; default 5,000. */
  readonly maxRequestEvents?: number
  /** How long a host that failed is not asked while others work; default 30,000. */
  readonly hostRestMs?: number
  /** Of a target that rolls over; the defaults follow from `requestTimeoutMs`. */
  readonly doubt?: Partial<DoubtLimits>
  readonly log: Log
}
