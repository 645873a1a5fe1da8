/** The sender behind a peer `address:port (name)`: the name in its certificate, or else its address. */
export function senderOf(peer: string): string {
  const name = / \((.*)\)$/s.exec(peer)?.[1]
  return name ?? peer.replace(/:\d+$/, '')
}
