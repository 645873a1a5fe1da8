import type { Log } from '../../telemetry/log.ts'
import type { HostList } from './http/host-list.ts'

/** How the collector proves who it is. An API key is `id:key` or the encoded form that the server prints. */
export type Credentials =
  | { readonly kind: 'basic'; readonly user: string; readonly password: string }
  | { readonly kind: 'apiKey'; readonly key: string }
  | { readonly kind: 'bearer'; readonly token: string }

export interface StoreTls {
  /** Path of a PEM file with the authorities to trust; the system's where neither this nor `caFingerprint` is given. */
  readonly ca?: string
  /** SHA-256 of the authority's certificate in hex, colons allowed: that certificate, sent by the server, is trusted. */
  readonly caFingerprint?: string
  /** Paths of PEM files: the collector's own certificate and key, for servers that ask for one. */
  readonly certificate?: string
  readonly key?: string
}

/** Where documents go. Exactly one. */
export type Target =
  /** An index named from the event's time, e.g. `forwarder-%{+yyyy.MM.dd}`: ids suffice for exactly once. */
  | { readonly kind: 'index'; readonly pattern: string }
  | { readonly kind: 'dataStream'; readonly name: string }
  /** A write alias whose indices roll over. */
  | { readonly kind: 'alias'; readonly name: string }

/** What `createElasticsearchStore` and `searchElasticsearch` take; all but `hosts`, `target` and `log` have defaults. */
export interface ElasticsearchOptions {
  /** A watched list is followed: hosts that leave it finish what they have, and an empty one is a store that is away. */
  readonly hosts: HostList
  readonly target: Target
  readonly credentials?: Credentials
  readonly tls?: StoreTls
  /** gzip the requests; default `none`. */
  readonly compression?: 'none' | 'gzip'
  /** An ingest pipeline that every document goes through. */
  readonly pipeline?: string
  /** Install the index template when it is missing; default true. */
  readonly installsTemplate?: boolean
  /** The longest that one request may take, in milliseconds; default 60,000. */
  readonly requestTimeoutMs?: number
  /** The most bytes in one bulk body; default 8 MiB. */
  readonly maxRequestBytes?: number
  /** The most documents in one bulk; default 5,000. */
  readonly maxRequestEvents?: number
  /** How long a host that failed is left alone while others work, in milliseconds; default 30,000. */
  readonly hostRestMs?: number
  readonly log: Log
}
