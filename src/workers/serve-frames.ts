// The thread's side: it reads frames for the main thread, part by part.
import type { MessagePort } from 'node:worker_threads'
import { buffersOf } from '../events/packed-events.ts'
import { freeBytes } from '../flow/free-bytes.ts'
import { Turns } from '../flow/task-turns.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import { type FrameAnswer, type FromThread, type Progress, type ToThread, bytesOf } from './frame-contract.ts'
import { openSession } from './open-session.ts'
import type { Session } from './session.ts'

/** A session that keeps more between two parts is closed: to inflate the frame again takes time only. */
const MAX_KEPT_BYTES = 1.5 * 1024 * 1024

type NextRequest = Extract<ToThread, { readonly kind: 'next' }>

interface Opened {
  readonly session: Session
  readonly bytes: Uint8Array
}

/** `onEvent` is called with the payload of each event before it is read. */
export function serveFrames(
  port: MessagePort,
  progress: Progress,
  onEvent: (payload: Buffer) => void = () => {},
): void {
  const sessions = new Map<number, Opened>()
  /** One at a time, so that one large event is in memory at a time. */
  const turns = new Turns()

  const find = ({ id, open }: NextRequest): Opened => {
    const begin = (index: number, payload: Buffer) => {
      progress.begin(id, index)
      onEvent(payload)
    }
    const known = sessions.get(id)
    if (known !== undefined) return known
    if (open === undefined) throw new Error('a part of a frame was asked for that this thread does not have')
    const opened = {
      session: openSession(open, { begin, end: () => progress.end() }),
      bytes: bytesOf(open.frame),
    }
    sessions.set(id, opened)
    return opened
  }

  const close = async (id: number): Promise<void> => {
    const opened = sessions.get(id)
    sessions.delete(id)
    await opened?.session.close()
    // Otherwise zlib may still be reading them.
    if (opened?.session.isInflated === true) freeBytes(opened.bytes)
  }

  /** The part is sent before its frame is closed: it may have the frame's own bytes. */
  const answer = async (message: NextRequest): Promise<void> => {
    const { session, bytes } = find(message)
    const part = await readPart(session, message.maxBytes)
    if (part === 'tooSmall' || !('events' in part) || part.isLast) {
      send(message.id, part)
      return await close(message.id)
    }
    const isClosed = part.keptBytes > MAX_KEPT_BYTES
    send(message.id, { ...part, keptBytes: isClosed ? 0 : bytes.length + part.keptBytes, isClosed })
    if (isClosed) await close(message.id)
  }

  const send = (id: number, part: FrameAnswer): void => {
    const transfer =
      typeof part === 'object' && 'events' in part ? [...buffersOf(part.events), part.sequences.buffer] : []
    port.postMessage({ id, answer: part } satisfies FromThread, transfer)
  }

  /** An error of it ends the thread. */
  const take = async (message: ToThread): Promise<void> => {
    await turns.run(() => (message.kind === 'next' ? answer(message) : close(message.id)))
  }

  port.postMessage('ready' satisfies FromThread)
  port.on('message', (message: ToThread) => void take(message))
}

async function readPart(session: Session, maxBytes: number): Promise<FrameAnswer> {
  try {
    return await session.next(maxBytes)
  } catch (error) {
    if (error instanceof ProtocolError) return { code: error.code, message: error.message }
    throw error
  }
}
