import type { Watched } from '../flow/watched-value.ts'

/** A collector that an agent may send to. */
export interface DirectoryServer {
  /** A name or an IP address, IPv6 without brackets. The certificate must be for it. */
  readonly host: string
  readonly port: number
  /** The IP address to connect to, instead of looking up the name. */
  readonly address?: string
  /** Its share relative to the other collectors; more than 0. */
  readonly weight: number
  readonly zone?: string
}

export interface DirectoryStatus {
  /** In words, for a person. */
  readonly source: string
  readonly servers: number
  /** False while the source cannot be reached: these are the last known servers then. */
  readonly isLive: boolean
  /** When the source last confirmed them, in milliseconds since 1970; undefined if it never did. */
  readonly asOfMs: number | undefined
  readonly lastError?: string
}

export interface CollectorDirectory {
  /** In order of preference; empty if none is known. */
  readonly servers: Watched<readonly DirectoryServer[]>
  status(): DirectoryStatus
  close(): Promise<void>
}
