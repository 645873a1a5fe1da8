import type { Registry, TrackedBatch } from '../../registry/contract.ts'
import type { Log } from '../../telemetry/log.ts'
import { BatchBuilder } from './batch-builder.ts'
import { type Chunk, endsWithNuls, findLastUnitEnd, toWholeUnits } from './chunk.ts'
import type { FilesLimits } from '../contract.ts'
import { isSameState } from '../look/identity.ts'
import type { Harvester } from './harvester.ts'
import type { ByteAccount } from '../byte-account.ts'
import { LF, type Cut, limitBytes } from './line-splitter.ts'
import { readByteOrderMark } from './byte-order-mark.ts'
import { countLeadingNuls } from '../look/nuls.ts'
import type { TrackedFiles } from '../tracked-files.ts'
import { makeOpenLine } from '../reading.ts'
import type { TrackedFile } from '../tracked-file.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { RecentBytes } from './recent-bytes.ts'
import { LINE_CUT } from '../../flow/line-batch.ts'
import { OddText } from './odd-text.ts'
import { cutChunk, type CutParts, longestCut, noteOpenRecord } from './records/cut-chunk.ts'
import { DamagedLines } from './damaged-lines.ts'
import { FoundFormats } from './records/found-formats.ts'
import { OpenRecords } from './records/open-records.ts'

/** A file may have grown by this much since it was looked at: such bytes are read as well, at no cost. */
const GROWTH_BYTES = 4096
/** Reads for one batch, or for none: looks do not wait while very many files are read and have no line. */
const MAX_READS = 256
/** A shorter line without an end is read again whenever it grows. */
const MIN_OPEN_BYTES = 16 * 1024
/** NULs that are searched in one turn: a hole can be as long as the longest log. */
const MAX_SEARCH_BYTES = 64 * 1024 * 1024

export interface BatcherParts {
  readonly registry: Registry
  readonly trackedFiles: TrackedFiles
  readonly harvester: Harvester
  readonly recent: RecentBytes
  readonly buffers: ReadBuffers
  readonly ready: Set<TrackedFile>
  readonly account: ByteAccount
  readonly limits: FilesLimits
  readonly clock: () => number
  readonly wallClock: () => number
  readonly log: Log
  readonly firstSequence: number
  /** The generation is over. */
  readonly onTruncated: (file: TrackedFile) => Promise<void>
  /** A path no longer leads to its file. */
  readonly onMoved: () => void
}

/** Makes fresh batches from the files that are ready: one turn each, round robin, a turn being one read. */
export class Batcher {
  readonly #parts: BatcherParts
  readonly #oddText: OddText
  readonly #openRecords = new OpenRecords()
  readonly #damagedLines: DamagedLines
  readonly #cutParts: CutParts
  #sequence: number
  /** The rest of a turn after the last batch: at most one chunk is held, whatever the number of files. */
  #chunk: Chunk | undefined
  /** The present round through the ready files; it also comes to those that become ready meanwhile. */
  #round: Iterator<TrackedFile, undefined> | undefined
  #isUnfinished = false

  constructor(parts: BatcherParts) {
    this.#parts = parts
    this.#oddText = new OddText(parts.log)
    this.#damagedLines = new DamagedLines(parts)
    this.#cutParts = { openRecords: this.#openRecords, clock: parts.clock, formats: new FoundFormats(parts) }
    this.#sequence = parts.firstSequence
  }

  /** True after a `fill` that found no line before it had read often enough: there may be one. */
  get isUnfinished(): boolean {
    return this.#isUnfinished
  }

  /** Calls back when a record that is held for more lines is to be taken as it is. Undefined where none is held. */
  startTimer(onDue: () => void): NodeJS.Timeout | undefined {
    const dueAtMs = this.#openRecords.nextDueAtMs
    return dueAtMs === undefined ? undefined : setTimeout(onDue, Math.max(1, dueAtMs - this.#parts.clock()))
  }

  /** Undefined when no file has a whole line, or `isUnfinished`. */
  async fill(): Promise<TrackedBatch | undefined> {
    const { limits, wallClock, clock, account, buffers, ready } = this.#parts
    this.#openRecords.wake(clock(), ready)
    const batch = new BatchBuilder()
    let hasRoom = true
    let reads = 0
    while (
      hasRoom &&
      reads++ < MAX_READS &&
      batch.lineCount < limits.batchLines &&
      batch.rangeBytes < limits.batchBytes
    ) {
      const chunk = this.#takeRest() ?? (await this.#readNext())
      if (chunk === undefined) break
      if (chunk !== 'nothing') hasRoom = this.#take(chunk, batch)
    }
    this.#isUnfinished = batch.isEmpty && reads > MAX_READS
    if (batch.isEmpty) return undefined
    account.lines += batch.lineCount
    account.recordsLeftOut += batch.leftOutCount
    const finished = batch.finish({ sequence: this.#sequence++, timeMs: wallClock() })
    buffers.noteBatch(finished, batch.loans)
    return finished
  }

  dropUnfollowed(): void {
    if (this.#chunk?.file.isFollowed === false) this.#chunk = this.#drop(this.#chunk)
  }

  /** The chunk is still good if its file was truncated since, but not if its bytes were given up. */
  #takeRest(): Chunk | undefined {
    const chunk = this.#chunk
    this.#chunk = undefined
    if (chunk === undefined) return undefined
    if (chunk.file.position !== chunk.start || chunk.file.unread < chunk.bytes.length) return this.#drop(chunk)
    // A file that changed since has more to read behind it.
    return { ...chunk, isEnd: chunk.isEnd && isSameState(chunk.look, chunk.file.look) }
  }

  async #readNext(): Promise<Chunk | 'nothing' | undefined> {
    const { limits } = this.#parts
    const file = this.#chooseNext()
    if (file === undefined) return undefined
    if (await this.#isStillOpen(file)) return 'nothing'
    const chunk = await this.#read(file, Math.min(limits.chunkBytes, file.unread + GROWTH_BYTES))
    if (chunk === 'nothing' || this.#hasNews(chunk)) return chunk
    if (endsWithNuls(chunk)) return this.#searchBehind(chunk)
    this.#drop(chunk)
    // No line ends in a whole chunk: read as much as the longest line may have.
    const longer = await this.#read(file, Math.max(limits.chunkBytes, longestCut(file)))
    return longer === 'nothing' || this.#hasNews(longer) || !endsWithNuls(longer) ? longer : this.#searchBehind(longer)
  }

  #hasNews(chunk: Chunk): boolean {
    return chunk.isEnd || this.#cut(chunk, 1).length > 0
  }

  /** NULs at the end of a chunk are text if text follows them, or a hole at the head of a file; otherwise the file ends here. */
  async #searchBehind(chunk: Chunk): Promise<Chunk | 'nothing'> {
    const { file, bytes } = chunk
    const { text } = file.progress
    const start = Math.max(text.searchedTo, file.position + bytes.length)
    if (start >= file.size) return { ...chunk, isEnd: true }
    const found = await this.#parts.harvester.findText(file, start, start + MAX_SEARCH_BYTES)
    if (found.kind === 'nuls' && found.isEnd) {
      text.noteNulsUpTo(found.upTo)
      this.#endAt(file, found.upTo)
      return { ...chunk, isEnd: true }
    }
    this.#drop(chunk)
    if (found.kind === 'text') {
      if (file.reading.isAtHole && text.end <= file.position) this.#skipHole(file, toWholeUnits(file, found.at))
      text.noteTextUpTo(found.at + 1)
      return 'nothing'
    }
    if (found.kind !== 'nuls') return this.#giveWay(file, found.kind)
    text.noteNulsUpTo(found.upTo)
    return 'nothing'
  }

  /** Nothing of it was used. */
  #drop(chunk: Chunk): undefined {
    chunk.loan?.letGo()
  }

  /** Files take turns in constant time each. Fresh lines of a file come after those that an earlier run journaled. */
  #chooseNext(): TrackedFile | undefined {
    return this.#goOn() ?? this.#goOn()
  }

  /** The next file in what is left of the round; after that, a round begins anew. */
  #goOn(): TrackedFile | undefined {
    const { ready } = this.#parts
    this.#round ??= ready.values()
    for (let { value } = this.#round.next(); value !== undefined; { value } = this.#round.next()) {
      if (value.progress.owed === 0 && !value.isHeldBack) return value
      ready.delete(value) // until its last range is made again: no turn passes over it meanwhile
    }
    this.#round = undefined
    return undefined
  }

  /** True where a long line that was read before has grown, and has no end yet: only the bytes that are new are read. */
  async #isStillOpen(file: TrackedFile): Promise<boolean> {
    const { harvester, limits, ready } = this.#parts
    const { openLine, isFinal } = file.reading
    if (openLine === undefined || isFinal || file.group.records !== undefined) return false
    if (file.unread > file.group.maxLineBytes) return false
    const known = openLine.tail.length
    const skip = openLine.end - known - file.position
    const length = Math.min(limits.chunkBytes, file.unread - skip + GROWTH_BYTES)
    const reading = skip > 0 && openLine.end <= file.size ? await harvester.read(file, length, skip) : undefined
    file.reading.forgetOpenLine()
    if (reading?.kind !== 'bytes' || skip + reading.bytes.length < file.unread) return false
    const { bytes, isEnd } = reading
    if (!isEnd || !bytes.subarray(0, known).equals(openLine.tail)) return false
    if (bytes.includes(LF) || bytes.includes(0)) return false
    file.progress.growTo(file.position + skip + bytes.length)
    file.reading.noteDrained(makeOpenLine(bytes, file.position + skip + bytes.length))
    ready.delete(file)
    return true
  }

  async #read(file: TrackedFile, length: number): Promise<Chunk | 'nothing'> {
    const reading = await this.#parts.harvester.read(file, length)
    if (reading.kind !== 'bytes') return this.#giveWay(file, reading.kind)
    const { bytes, loan, isEnd } = reading
    file.progress.growTo(file.position + bytes.length)
    if (isEnd) this.#endAt(file, file.position + bytes.length)
    const end = file.position + bytes.length
    const { text } = file.progress
    text.noteBytes(file.position, bytes)
    const rest = file.reading.isAtHole ? this.#skipStart(file, bytes) : bytes
    if (text.end < end && text.end > file.position) text.noteTextUpTo(findLastUnitEnd(file, end))
    return { file, bytes: rest, loan, start: file.position, isEnd, look: file.look }
  }

  /** Returns the bytes behind a hole or a byte order mark at the head of the file. */
  #skipStart(file: TrackedFile, bytes: Buffer): Buffer {
    const nuls = toWholeUnits(file, countLeadingNuls(bytes))
    if (nuls > 0 && nuls < bytes.length) this.#skipHole(file, file.position + nuls)
    if (nuls > 0 || file.position > 0) return bytes.subarray(nuls === bytes.length ? 0 : nuls)
    const { length, encoding } = readByteOrderMark(bytes)
    if (length > 0) file.reading.skipMark(bytes.subarray(0, length), encoding)
    return bytes.subarray(length)
  }

  /** Its end is on no record: a later run finds it again. */
  #skipHole(file: TrackedFile, end: number): void {
    file.reading.skipHole(end)
    this.#parts.trackedFiles.remember(file)
  }

  #endAt(file: TrackedFile, size: number): void {
    file.progress.growTo(size)
    const lostBytes = file.progress.endAt(size)
    if (lostBytes > 0) this.#parts.log.error({ path: file.path, lostBytes }, 'the unread end of a file was cut off')
  }

  async #giveWay(file: TrackedFile, reason: 'truncated' | 'moved' | 'trouble'): Promise<'nothing'> {
    const { ready, onTruncated, onMoved } = this.#parts
    ready.delete(file)
    if (reason === 'truncated') await onTruncated(file)
    if (reason !== 'trouble') onMoved()
    return 'nothing'
  }

  /** Moves lines from the chunk to the batch, and keeps the rest for the next one. False when the batch holds no more. */
  #take(chunk: Chunk, batch: BatchBuilder): boolean {
    const { limits, trackedFiles } = this.#parts
    const { file, bytes, loan } = chunk
    const all = this.#cut(chunk, limits.batchLines - batch.lineCount)
    const cut = limitBytes(all, limits.batchBytes - batch.rangeBytes, batch.isEmpty)
    if (cut.length > 0) {
      this.#inspect(chunk, cut)
      const { maxLineBytes } = file.group
      const run = { file, origin: file.origin, bytes: bytes.subarray(0, cut.length), loan, cut, maxLineBytes }
      if (batch.add(run)) trackedFiles.remember(file)
      this.#parts.recent.note(file, run.bytes, this.#parts.clock())
      if (file.progress.padding > 0) file.noteChangedAt(this.#parts.clock())
    }
    const rest = { ...chunk, bytes: bytes.subarray(cut.length), start: file.position }
    const isAllTaken = cut.length === all.length && batch.lineCount < limits.batchLines
    if (!isAllTaken && rest.bytes.length > 0) {
      this.#chunk = rest
      return false
    }
    this.#endTurn(rest)
    loan?.letGo()
    return isAllTaken
  }

  /** The rest of a turn is not a whole line: it waits in the file for its end. */
  #endTurn(chunk: Chunk): void {
    const { file, bytes, isEnd } = chunk
    if (!isEnd) return
    const hasOpenRecord = noteOpenRecord(chunk, this.#cutParts)
    if (file.reading.hasNoLine && file.group.records?.text === undefined) this.#oddText.inspectSeparators(file, bytes)
    const isLong = bytes.length >= MIN_OPEN_BYTES && !hasOpenRecord
    file.reading.noteDrained(isLong ? makeOpenLine(bytes, file.position + bytes.length) : undefined)
    this.#parts.ready.delete(file)
  }

  #inspect({ file, bytes }: Chunk, { flags, length, records }: Cut): void {
    if (records?.container !== undefined) return this.#damagedLines.count(file, records.container)
    if (file.group.records?.text !== undefined) return
    const isFirstCut = file.reading.hasNoLine && flags?.[0] === LINE_CUT
    if (isFirstCut) this.#oddText.inspectSeparators(file, bytes)
    else this.#oddText.inspectLines(file, bytes.subarray(0, length))
  }

  #cut(chunk: Chunk, maxLines: number): Cut {
    return cutChunk(chunk, maxLines, this.#cutParts)
  }
}
