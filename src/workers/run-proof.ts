import { type EventReader, isPoison } from '../events/event-reader.ts'
import type { PoisonEvent, StoreEvent } from '../flow/event-batch.ts'
import { type RunText, writePayload } from './run-text.ts'

/** Our agents draw file ids of these lengths; ids with others are bound one by one. */
const FILE_ID = /^"(?:[\w-]{16}|[\w-]{28})"$/
/** Small events and larger ones are read in two ways. */
const PROBED_LINES = ['x', 'x'.repeat(1000)]
const PROBED_OFFSET = 7

/** What reading makes of every event of a run. */
export interface ProvenRun {
  /** Before the offset. */
  readonly idStart: string
  /** Before the time. */
  readonly opening: string
  /** The ids have the hash of another name. */
  readonly isForeign: boolean
}

/**
 * Reads events with the header of a run as if they had come as JSON. If they are taken as events of our agent, the others
 * differ in nothing but time, line and offset, and need not be read. Otherwise undefined.
 */
export function proveRun(run: RunText, reader: EventReader, nowMs: number): ProvenRun | undefined {
  if (!FILE_ID.test(run.fileId)) return undefined
  const [small, large] = PROBED_LINES.map(line => {
    const written = writePayload(run, { line, offset: PROBED_OFFSET, timeMs: run.timeMs, nanos: 0, flags: 0 })
    const event = reader.readJson(Buffer.from(written, 'latin1'), nowMs)
    return judge(run, { written, event, isForeign: reader.takeForeignIds() > 0 })
  })
  const isSame = small?.idStart === large?.idStart && small?.opening === large?.opening
  return isSame && small?.isForeign === large?.isForeign ? small : undefined
}

interface Probe {
  readonly written: string
  readonly event: StoreEvent | PoisonEvent
  readonly isForeign: boolean
}

function judge(run: RunText, { written, event, isForeign }: Probe): ProvenRun | undefined {
  if (isPoison(event) || event.timeMs !== run.timeMs || event.doubtfulSinceMs !== run.doubtfulSinceMs) return undefined
  if ('rawIndex' in event || 'pipeline' in event || !event.id.endsWith(`-${PROBED_OFFSET}`)) return undefined
  const document = event.bytes.toString('latin1', event.start, event.end)
  const rest = written.slice(written.indexOf('"@timestamp":'))
  if (!document.endsWith(rest)) return undefined
  const opening = document.slice(0, document.length - rest.length)
  return { idStart: event.id.slice(0, -String(PROBED_OFFSET).length), opening, isForeign }
}
