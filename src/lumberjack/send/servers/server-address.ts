import { formatAddress } from '../../../flow/host-port.ts'

export interface ServerAddress {
  /** A name or an IP address, IPv6 without brackets; the certificate must be for it. */
  readonly host: string
  readonly port: number
  /** The IP address to connect to, where `host` need not be looked up. */
  readonly address?: string
  /** Its share, against those of the others; more than 0. Default: 1. */
  readonly weight?: number
  readonly zone?: string
}

export function keyOf(server: ServerAddress): string {
  return `${formatAddress(server)} ${server.address ?? ''}`
}

/** A weight that is not a positive number counts as 1: the owner of the list has reported it. */
export function weightOf({ weight = 1 }: ServerAddress): number {
  return weight > 0 && Number.isFinite(weight) ? weight : 1
}
