import type { Watched } from '../flow/watched.ts'

/** A collector that an agent may send to. */
export interface DirectoryServer {
  /** A name or an IP address, IPv6 without brackets: also what the certificate must be for. */
  readonly host: string
  readonly port: number
  /** The IP address to connect to instead of looking the name up. */
  readonly address?: string
  /** Its share, against those of the others; more than 0. */
  readonly weight: number
  /** Where it stands. */
  readonly zone?: string
}

export interface DirectoryStatus {
  /** In words: where the servers come from. */
  readonly source: string
  readonly servers: number
  /** False while the source can't be asked: then these are the servers that were known last. */
  readonly isLive: boolean
  /** When the source said so last, in milliseconds since 1970; undefined where it never did. */
  readonly asOfMs: number | undefined
  /** Why it is not live. */
  readonly lastError?: string
}

export interface CollectorDirectory {
  /** In the order of preference; empty where none is known. */
  readonly servers: Watched<readonly DirectoryServer[]>
  status(): DirectoryStatus
  close(): Promise<void>
}
