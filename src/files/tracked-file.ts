import type { Origin } from '../flow/line-batch.ts'
import type { FileIdentity, Mark } from '../registry/contract.ts'
import type { Beginning } from './beginning.ts'
import type { ByteAccount } from './byte-account.ts'
import { UNFOLLOWED, type FileGroup } from './contract.ts'
import { CurrentOrigin } from './current-origin.ts'
import { Evidence, type LeadingPart } from './evidence.ts'
import { isSameState, type FileLook } from './look/identity.ts'
import { Progress } from './progress.ts'
import { Reading } from './reading.ts'
import { hasPlace, move, type TransitionName, type Whereabouts } from './whereabouts.ts'
import type { ReadableFile } from './look/readable-file.ts'

/**
 * One generation of a file: its whereabouts, and what is read, acked and seen of it. A truncated file's next generation is
 * another object with another key, so that a late ack cannot move the wrong offset.
 */
export class TrackedFile {
  readonly key: number
  readonly beganNs: bigint | undefined
  readonly seenAtMs: number | undefined
  readonly evidence: Evidence
  readonly progress: Progress
  #reading: Reading | undefined
  #origin: CurrentOrigin | undefined
  #whereabouts: Whereabouts
  #group: FileGroup | undefined
  #path: string
  #listedPath: string
  #handle: ReadableFile | undefined
  #trouble: string | undefined
  #look: FileLook | undefined
  #changedAtMs = -Infinity
  #drainedAtMs: number | undefined
  #isHeldBack = false
  #isUnseen = false
  #isCopySearched = false
  #format: string | undefined

  constructor(beginning: Beginning, account: ByteAccount) {
    this.key = beginning.key
    this.beganNs = beginning.beganNs
    this.seenAtMs = beginning.seenAtMs
    this.#path = this.#listedPath = beginning.path
    this.#group = beginning.group
    this.#whereabouts = beginning.whereabouts
    this.#format = beginning.format
    this.evidence = new Evidence(beginning)
    this.progress = new Progress(beginning.position, account)
  }

  get reading(): Reading {
    return (this.#reading ??= new Reading(this.progress, this.evidence))
  }

  get whereabouts(): Whereabouts {
    return this.#whereabouts
  }

  /** Undefined while it is missing or truncated, and once it has ended. */
  get place(): string | undefined {
    return hasPlace(this.#whereabouts) ? `${this.identity.device}:${this.identity.inode}` : undefined
  }

  /** Where it was before it was missing or truncated; undefined in all other states. */
  get formerPlace(): string | undefined {
    return 'formerPlace' in this.#whereabouts ? this.#whereabouts.formerPlace : undefined
  }

  /** It cannot be opened again by a name that a scan finds. */
  get hasNoListedName(): boolean {
    const { kind } = this.#whereabouts
    return kind === 'deleted' || kind === 'unlisted' || kind === 'archived'
  }

  get truncatedByNs(): bigint | undefined {
    return this.#whereabouts.kind === 'truncated' ? this.#whereabouts.truncatedByNs : undefined
  }

  get path(): string {
    return this.#path
  }

  /** Its last name that a pattern matched: the one in events and in the registry. */
  get listedPath(): string {
    return this.#listedPath
  }

  /** Where the file itself is, if it is followed through a symbolic link. */
  get realPath(): string {
    return this.hasNoListedName ? this.#path : (this.evidence.realPath ?? this.#path)
  }

  get group(): FileGroup {
    return this.#group ?? UNFOLLOWED
  }

  /** False for a file that no group names: only its journaled lines are sent again. */
  get isFollowed(): boolean {
    return this.#group !== undefined
  }

  /** An earlier run knew it. */
  get isFromRegistry(): boolean {
    return this.beganNs === undefined
  }

  get identity(): FileIdentity {
    return this.evidence.identity
  }

  get marks(): readonly Mark[] {
    return this.evidence.marks
  }

  get position(): number {
    return this.progress.position
  }

  get settled(): number {
    return this.progress.settled
  }

  get size(): number {
    return this.progress.size
  }

  get unread(): number {
    return this.progress.unread
  }

  get knownEnd(): number {
    return this.progress.knownEnd
  }

  get handle(): ReadableFile | undefined {
    return this.#handle
  }

  /** The reason why it cannot be read just now. */
  get trouble(): string | undefined {
    return this.#trouble
  }

  get look(): FileLook | undefined {
    return this.#look
  }

  get changedAtMs(): number {
    return this.#changedAtMs
  }

  /** The last look that found it deleted and read to its end. */
  get drainedAtMs(): number | undefined {
    return this.#drainedAtMs
  }

  /** It may be a copy, and is not read for a moment. */
  get isHeldBack(): boolean {
    return this.#isHeldBack
  }

  /** It was not found by name, but something that may be this file could not be looked at: it is not known to be gone. */
  get isUnseen(): boolean {
    return this.#isUnseen
  }

  /** Truncated, and looked for among the files beside it. */
  get isCopySearched(): boolean {
    return this.#isCopySearched
  }

  get origin(): Origin {
    return (this.#origin ??= new CurrentOrigin()).of(this)
  }

  /** The format of its lines, as in `containers/file-format.ts`; undefined where they are plain, or where it is not known yet. */
  get format(): string | undefined {
    const format = this.#group?.records?.format
    return format === 'auto' ? this.#format : format
  }

  noteFormat(format: string): void {
    this.#format = format
  }

  /** Only `TrackedFiles` calls it, which finds each file by its place. */
  move(name: TransitionName, to: Whereabouts): void {
    this.#whereabouts = move(name, this.#whereabouts, to)
  }

  takeName(path: string): void {
    this.#path = path
    if (!this.hasNoListedName) this.#listedPath = path
  }

  follow(group: FileGroup): void {
    this.#group = group
  }

  unfollow(): void {
    this.#group = undefined
  }

  /** True when the file changed since the last look, and may be read. Writing through a memory map need not show in its look. */
  see(look: FileLook, nowMs: number): boolean {
    this.progress.growTo(look.size)
    return this.noteChange(look, nowMs)
  }

  /** As `see`, but bytes that were added count when they are read: until then they may be those of another generation. */
  noteChange(look: FileLook, nowMs: number): boolean {
    if (this.#whereabouts.kind === 'deleted' && this.reading.isDrained) this.#drainedAtMs = nowMs
    const isAsBefore = isSameState(look, this.#look)
    this.#look = look
    if (isAsBefore) return this.progress.padding > 0 && this.#handle !== undefined && !this.#isHeldBack
    this.#changedAtMs = nowMs
    this.#reading?.noteChange()
    return !this.#isHeldBack
  }

  /** The next look counts as a change. */
  forgetLook(): void {
    this.#look = undefined
  }

  /** For a change that no look shows. */
  noteChangedAt(nowMs: number): void {
    this.#changedAtMs = nowMs
  }

  uncountUnread(): void {
    this.progress.uncountUnread()
    this.forgetLook()
  }

  /** Reading begins behind a part that a rule leaves out, or that was read in another file. */
  leaveOut(as: 'skipped' | 'copied', { mark, head }: LeadingPart): void {
    this.progress.leaveOut(mark.offset, as)
    this.evidence.replaceMarks([mark], head)
    this.forgetLook()
  }

  /** Another file has the bytes up to `mark`, and they are read there. */
  passOver(mark: Mark): void {
    this.progress.passOver(mark.offset)
    this.evidence.replaceMarks([mark])
    this.#reading?.forgetTail()
  }

  /** The bytes behind one of its marks are gone. Lines that take their place get other ids. */
  goBackTo({ mark, head }: LeadingPart): void {
    this.progress.goBackTo(mark.offset)
    this.evidence.goBackTo(mark, head)
    this.#origin = undefined
  }

  noteOpened(handle: ReadableFile): void {
    this.#handle = handle
  }

  noteClosed(): void {
    this.#handle = undefined
    this.#origin?.rest()
    this.progress.rest()
    this.evidence.rest()
    this.#reading?.forgetTail()
    if (this.#reading?.isAtRest === true) this.#reading = undefined
  }

  /** True if it is news. */
  noteTrouble(reason: string): boolean {
    const isNew = this.#trouble !== reason
    this.#trouble = reason
    return isNew
  }

  clearTrouble(): boolean {
    const hadTrouble = this.#trouble !== undefined
    this.#trouble = undefined
    return hadTrouble
  }

  holdBack(): void {
    this.#isHeldBack = true
  }

  letRead(): void {
    this.#isHeldBack = false
  }

  noteUnseen(isUnseen: boolean): void {
    this.#isUnseen = isUnseen
  }

  noteCopySearch(answer: 'complete' | 'unseen'): void {
    this.#isCopySearched = answer === 'complete'
    if (answer === 'unseen') this.#isUnseen = true
  }
}
