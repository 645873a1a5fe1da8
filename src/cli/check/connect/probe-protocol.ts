// Asks a server whether it accepts our protocol, without sending anything that it could store. Our collector and Logstash
// ack an empty window at once. go-lumber's servers do not answer one. To distinguish those from a server that is stuck, slow, or
// expects another protocol: they hang up at an impossible frame, but not at the start of a good one.
import type { Socket } from 'node:net'
import { within } from '../../../flow/backoff.ts'
import { AckReader } from '../../../lumberjack/send/ack-reader.ts'
import {
  type Protocol,
  TYPE_JSON,
  TYPE_PAIRS,
  encodeWindowFrame,
  versionByte,
} from '../../../lumberjack/wire/frames.ts'
import { STEP_LIMIT_MS } from './attempt.ts'

/**
 * - `acked`: the server answered an empty window.
 * - `taken`: it waits for the rest of a good frame, and hangs up at a bad one.
 * - `mute`: it never answered.
 * - `wrong`: it hung up at a good frame, or sent something else.
 */
export type Answer =
  | { readonly kind: 'acked' | 'taken' | 'mute' }
  | { readonly kind: 'wrong'; readonly error: unknown; readonly isHangUp: boolean }

/** Time before the next attempt; a late answer to an earlier one still counts. */
const PATIENCE_MS = 1500

/** `dialAgain` opens another connection to the same server; the caller closes them all. Rejects as `dialAgain` does. */
export async function askServer(socket: Socket, protocol: Protocol, dialAgain: () => Promise<Socket>): Promise<Answer> {
  const first = hear(socket, protocol)
  socket.write(encodeWindowFrame(protocol, 0))
  const atOnce = await within(PATIENCE_MS, first)
  if (atOnce !== undefined) return atOnce
  socket.write(beginWindow(protocol, protocol === 1 ? TYPE_PAIRS : TYPE_JSON))
  const soon = await within(PATIENCE_MS, first)
  if (soon !== undefined) return soon
  const other = await dialAgain()
  const second = hear(other, protocol)
  other.write(beginWindow(protocol, NO_TYPE))
  const answer = await within(STEP_LIMIT_MS, Promise.race([first, second]))
  if (answer === undefined) return { kind: 'mute' }
  if (answer.kind !== 'wrong' || !answer.isHangUp) return answer
  // A server that was only slow to hang up would soon end the first connection as well.
  return (await within(PATIENCE_MS, first)) ?? { kind: 'taken' }
}

const NO_TYPE = '?'.charCodeAt(0)

/** A window of one event whose frame never ends: nothing that could be stored. */
function beginWindow(protocol: Protocol, type: number): Buffer {
  return Buffer.concat([encodeWindowFrame(protocol, 1), Buffer.from([versionByte(protocol), type])])
}

/** Resolves with the first answer. A TLS 1.3 server that refuses our certificate does so only now. */
async function hear(socket: Socket, protocol: Protocol): Promise<Answer> {
  try {
    if (await isAcked(socket, protocol)) return { kind: 'acked' }
    return { kind: 'wrong', error: Object.assign(new Error('closed'), { code: 'closed' }), isHangUp: true }
  } catch (error) {
    return { kind: 'wrong', error, isHangUp: HANG_UPS.has((error as NodeJS.ErrnoException).code ?? '') }
  }
}

/** False if the server hung up before. */
async function isAcked(socket: Socket, protocol: Protocol): Promise<boolean> {
  const acks = new AckReader(protocol)
  for await (const chunk of socket) for (const _ack of acks.read(chunk as Buffer)) return true
  return false
}

const HANG_UPS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED', 'ERR_STREAM_PREMATURE_CLOSE'])
