// The thread's side: it reads frames for the main thread, part by part.
import type { MessagePort } from 'node:worker_threads'
import { buffersOf } from '../events/packed-events.ts'
import { ProtocolError } from '../lumberjack/wire/protocol-error.ts'
import type { FrameAnswer, FromThread, Progress, ToThread } from './frame-contract.ts'
import { FrameSession } from './frame-session.ts'

/** `onEvent` is called with the payload of each event before it is read. */
export function serveFrames(
  port: MessagePort,
  progress: Progress,
  onEvent: (payload: Buffer) => void = () => {},
): void {
  const sessions = new Map<number, FrameSession>()

  const findSession = ({ id, open }: Extract<ToThread, { readonly kind: 'next' }>): FrameSession | undefined => {
    if (open === undefined) return sessions.get(id)
    const begin = (index: number, payload: Buffer) => {
      progress.begin(id, index)
      onEvent(payload)
    }
    const session = new FrameSession(open, { begin, end: () => progress.end() })
    sessions.set(id, session)
    return session
  }

  const answer = async (message: Extract<ToThread, { readonly kind: 'next' }>): Promise<void> => {
    const session = findSession(message)
    const part = await readPart(session, message.maxBytes)
    // While a large event does not fit, it is not kept here either: the frame is opened again then.
    if (part === 'tooSmall') void session?.close()
    if (part === 'tooSmall' || !('isLast' in part) || part.isLast) sessions.delete(message.id)
    const transfer =
      typeof part === 'object' && 'events' in part ? [...buffersOf(part.events), part.sequences.buffer] : []
    port.postMessage({ id: message.id, answer: part } satisfies FromThread, transfer)
  }

  port.postMessage('ready' satisfies FromThread)
  port.on('message', (message: ToThread) => {
    if (message.kind === 'next') return void answer(message)
    void sessions.get(message.id)?.close()
    sessions.delete(message.id)
  })
}

async function readPart(session: FrameSession | undefined, maxBytes: number): Promise<FrameAnswer> {
  if (session === undefined) throw new Error('a part of a frame was asked for that this thread does not have')
  try {
    return await session.next(maxBytes)
  } catch (error) {
    if (error instanceof ProtocolError) return { code: error.code, message: error.message }
    throw error
  }
}
