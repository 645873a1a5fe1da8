import type { FrameRequest, FrameResumption } from './frame-contract.ts'
import { FrameSession } from './frame-session.ts'
import { RunSession } from './run-session.ts'
import type { EventWatch, Session } from './session.ts'

export function openSession(request: FrameRequest & Partial<FrameResumption>, watch?: EventWatch): Session {
  const { frame } = request
  return frame.type === 'runs'
    ? new RunSession({ ...request, frame }, watch)
    : new FrameSession({ ...request, frame }, watch)
}
