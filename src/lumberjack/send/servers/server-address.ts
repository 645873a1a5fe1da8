export interface ServerAddress {
  /** A name or an IP address, IPv6 without brackets: also what the certificate must be for. */
  readonly host: string
  readonly port: number
  /** The IP address to connect to, where `host` need not be looked up. */
  readonly address?: string
  /** Its share, against those of the others; more than 0. Default: 1. */
  readonly weight?: number
  /** Where it stands. */
  readonly zone?: string
}

/** `host:port`, as people write it. */
export function nameOf({ host, port }: ServerAddress): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}

/** What makes a connection to one server no connection to the other. */
export function keyOf(server: ServerAddress): string {
  return `${nameOf(server)} ${server.address ?? ''}`
}

/** A weight that is none counts as 1: whoever made the list has said so. */
export function weightOf({ weight = 1 }: ServerAddress): number {
  return weight > 0 && Number.isFinite(weight) ? weight : 1
}
