import type { EventBatch } from '../flow/event-batch.ts'
import type { Place } from '../flow/nested-turns.ts'
import { networkOf } from '../flow/network-of.ts'

export type Origin = Pick<EventBatch, 'peer' | 'agent'>

/** The sender behind a peer `address:port (name)`: the name in its certificate, or else what counts as one address. */
export function senderOf(peer: string): string {
  const name = / \((.*)\)$/s.exec(peer)?.[1]
  return name ?? networkOf(addressOf(peer).replace(/^\[(.*)\]$/s, '$1'))
}

/** The sender, and the one of those that share its certificate or its address: an agent, or else all at one address. */
export function placeOf({ peer, agent }: Origin): Place {
  return { sender: senderOf(peer), member: agent ?? addressOf(peer) }
}

/** For people. */
export function describeSender({ peer, agent }: Origin): string {
  return agent === undefined ? senderOf(peer) : `${senderOf(peer)} (agent ${agent})`
}

/** For log lines. */
export function senderFields({ peer, agent }: Origin): { readonly sender: string; readonly agent?: string } {
  return { sender: senderOf(peer), ...(agent !== undefined && { agent }) }
}

function addressOf(peer: string): string {
  return peer.replace(/:\d+( \(.*\))?$/s, '')
}
