import { crc32 } from 'node:zlib'
import type { JournalBatch, JournalRun, Registry, TrackedBatch } from '../registry/contract.ts'
import type { Log } from '../telemetry/log.ts'
import { BatchBuilder } from './batch-builder.ts'
import type { Harvester } from './harvester.ts'
import type { Ledger } from './ledger.ts'
import { cutLines } from './line-splitter.ts'
import type { Roster } from './roster.ts'
import type { TrackedFile } from './tracked-file.ts'

export interface ResenderParts {
  readonly registry: Registry
  readonly roster: Roster
  readonly harvester: Harvester
  readonly ready: Set<TrackedFile>
  readonly ledger: Ledger
  readonly log: Log
}

/** Makes again, byte for byte, the batches that an earlier run journaled and whose acks are not on record. */
export class Resender {
  readonly #parts: ResenderParts
  readonly #left: JournalBatch[]

  constructor(parts: ResenderParts) {
    this.#parts = parts
    this.#left = [...parts.registry.unconfirmed]
  }

  /** Undefined when there are no more. */
  async next(): Promise<TrackedBatch | undefined> {
    for (let record = this.#left.shift(); record !== undefined; record = this.#left.shift()) {
      const batch = await this.#remake(record)
      if (batch !== undefined) return batch
    }
    return undefined
  }

  /** True while a range of the file is still to be made again. */
  owes(file: TrackedFile): boolean {
    return this.#left.some(({ runs }) => runs.some(({ key }) => key === file.key))
  }

  async #remake(record: JournalBatch): Promise<TrackedBatch | undefined> {
    const { registry, ledger, log } = this.#parts
    const builder = new BatchBuilder()
    let kept = 0
    for (const run of record.runs) if (await this.#readAgain(run, builder)) kept++
    if (kept < record.runs.length) {
      const goneRuns = record.runs.length - kept
      log.error(
        { sequence: record.sequence, goneRuns },
        'lines were sent without an answer, and are not there any more',
      )
    }
    if (builder.isEmpty) {
      registry.dropUnconfirmed(record.sequence)
      return undefined
    }
    const { sequence, timeMs } = record
    const batch = builder.finish({ sequence, timeMs, doubtfulSinceMs: timeMs })
    ledger.lines += batch.lineCount
    ledger.inFlight += batch.byteCount
    // The ranges that are gone must not be looked for again: other lines will stand there then, with ids of their own.
    if (kept < record.runs.length) await registry.journal(batch)
    return batch
  }

  async #readAgain(run: JournalRun, builder: BatchBuilder): Promise<boolean> {
    const { ledger, roster, ready, log } = this.#parts
    const file = roster.find(run.key)
    const length = run.end - run.start
    const bytes = file === undefined ? undefined : await this.#readRange(file, run)
    if (file === undefined || bytes === undefined) {
      ledger.unconfirmed += length
      ledger.seen += length
      log.warn({ path: run.path, start: run.start, end: run.end }, 'a range of a file is unconfirmed')
      return false
    }
    const { startsInsideLine, maxLineBytes } = run
    const tail = run.endsUnterminated ? 'unterminated' : 'cut'
    const cut = cutLines(bytes, { maxLineBytes, startsInsideLine, tail, maxLines: run.lineCount })
    file.isInsideLine = startsInsideLine
    const origin = { fileId: run.fileId, path: run.path, fields: run.fields }
    if (builder.add({ file, origin, bytes, cut, maxLineBytes })) roster.remember(file)
    if (file.isFollowed && file.unread > 0) ready.add(file)
    return true
  }

  /** Only where the range follows on what was acked or made again, and holds the bytes that it held. */
  async #readRange(file: TrackedFile, run: JournalRun): Promise<Buffer | undefined> {
    if (file.place === undefined || file.position !== run.start) return undefined
    const length = run.end - run.start
    const reading = await this.#parts.harvester.read(file, length)
    if (reading.kind !== 'bytes' || reading.bytes.length < length) return undefined
    return crc32(reading.bytes) === run.checksum ? reading.bytes : undefined
  }
}
