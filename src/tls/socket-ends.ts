import type { Socket } from 'node:net'

/** Both ends of a connection, which a TLS socket has in common with the socket below it. */
export function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`
}
