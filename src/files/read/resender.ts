import type { JournalBatch, JournalRun, Registry, TrackedBatch } from '../../registry/contract.ts'
import { BatchBuilder } from './batch-builder.ts'
import type { ByteAccount } from '../byte-account.ts'
import type { Cut } from './line-splitter.ts'
import type { ReadBuffers } from './read-buffers.ts'
import { Rereader, type RereaderParts, type Rereading } from './rereader.ts'
import type { TrackedFile } from '../tracked-file.ts'
import { formByMark } from '../file-form.ts'
import { cutLinesAgain, readRangeNotes } from './records/range-notes.ts'

export interface ResenderParts extends RereaderParts {
  readonly registry: Registry
  readonly ready: Set<TrackedFile>
  readonly account: ByteAccount
  readonly buffers: ReadBuffers
}

/** A record that is being made again: a part may be done already, while the rest waits for its file. */
interface Remaking {
  readonly record: JournalBatch
  readonly builder: BatchBuilder
  runsDone: number
  runsLeftOut: number
}

/** Makes again, byte for byte, the batches that an earlier run journaled and whose acks are not on record. */
export class Resender {
  readonly #parts: ResenderParts
  readonly #rereader: Rereader
  readonly #left: Remaking[]
  /** Those before it wait for the next look. */
  #next = 0
  /** Their files: later records of these wait behind them. */
  readonly #heldKeys = new Set<number>()

  constructor(parts: ResenderParts) {
    this.#parts = parts
    this.#rereader = new Rereader(parts)
    this.#left = parts.registry.unconfirmed.map(record => {
      return { record, builder: new BatchBuilder(), runsDone: 0, runsLeftOut: 0 }
    })
  }

  /** Undefined when none is left, or when all that are left wait for the next look. */
  async next(): Promise<TrackedBatch | undefined> {
    for (let remaking = this.#left[this.#next]; remaking !== undefined; remaking = this.#left[this.#next]) {
      if (!(await this.#goOn(remaking))) {
        this.#postpone(remaking)
        continue
      }
      this.#left.splice(this.#next, 1)
      const batch = this.#finish(remaking)
      if (batch !== undefined) return batch
    }
    return undefined
  }

  tryAgain(): void {
    this.#next = 0
    this.#heldKeys.clear()
  }

  #postpone({ record }: Remaking): void {
    for (const { key } of record.runs) this.#heldKeys.add(key)
    this.#next++
  }

  /** False where it has to wait for a file. */
  async #goOn(remaking: Remaking): Promise<boolean> {
    const { runs } = remaking.record
    if (runs.some(({ key }) => this.#heldKeys.has(key))) return false
    for (const run of runs.slice(remaking.runsDone)) {
      const reading = await this.#rereader.read(run)
      if (reading.kind === 'later') {
        this.#rereader.waitForAll(runs.slice(remaking.runsDone))
        return false
      }
      if (reading.kind === 'bytes') this.#add(run, reading, remaking.builder)
      else this.#leaveOut(run, reading, remaking)
      remaking.runsDone++
    }
    return true
  }

  #add(run: JournalRun, { file, bytes, loan }: Rereading & { kind: 'bytes' }, builder: BatchBuilder): void {
    const { trackedFiles } = this.#parts
    const { startsInsideLine, maxLineBytes, fileId, path, fields, format } = run
    const cut = cutAgain(run, file, bytes)
    const origin = { fileId, path, fields, ...(format !== undefined && { format }) }
    if (builder.add({ file, origin, bytes, loan, cut, maxLineBytes, startsInsideLine })) trackedFiles.remember(file)
    loan?.letGo()
  }

  #leaveOut({ path, start, end }: JournalRun, { kind: reason }: Rereading, remaking: Remaking): void {
    const { account, log } = this.#parts
    remaking.runsLeftOut++
    account.unconfirmed += end - start
    account.seen += end - start
    log.warn({ path, start, end, reason }, 'a range of a file is unconfirmed')
  }

  #finish({ record, builder, runsLeftOut }: Remaking): TrackedBatch | undefined {
    const { registry, account, buffers, log } = this.#parts
    const { sequence, timeMs, runs } = record
    for (const { key } of runs) this.#settle(key)
    if (runsLeftOut > 0) {
      log.error({ sequence, runsLeftOut }, 'lines were sent and not acknowledged, and cannot be sent again')
    }
    if (builder.isEmpty) {
      registry.dropUnconfirmed(sequence)
      return undefined
    }
    const batch = builder.finish({ sequence, timeMs, doubtfulSinceMs: timeMs })
    buffers.noteBatch(batch, builder.loans)
    account.lines += batch.lineCount
    account.recordsLeftOut += builder.leftOutCount
    // The ranges that are left out must not be looked for again: other lines will be there then, with ids of their own.
    return runsLeftOut > 0 ? { ...batch, isPartOfRecord: true } : batch
  }

  /** Fresh lines of a file follow those that were sent before. */
  #settle(key: number): void {
    const { trackedFiles, ready } = this.#parts
    trackedFiles.settleOwed(key)
    const file = trackedFiles.find(key)
    if (file?.progress.owed !== 0 || file.place === undefined || !file.isFollowed || file.isHeldBack) return
    // Growth that a hint reported is not counted yet.
    if (file.unread > 0 || (file.look?.size ?? 0) > file.position) ready.add(file)
  }
}

/** As it was cut: by its notes, or else at the ends of its lines. */
function cutAgain(run: JournalRun, { reading: { utf16 } }: TrackedFile, bytes: Buffer): Cut {
  return readRangeNotes(run, bytes) ?? cutLinesAgain(run, bytes, formByMark(utf16))
}
