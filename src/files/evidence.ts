import type { FileIdentity, FileRecord, Mark } from '../registry/contract.ts'
import { joinDigests } from './look/digest.ts'
import { copyBytes } from './own-bytes.ts'
import { packMarks, unpackMarks } from './packed-marks.ts'
import { addMark, hashBytes, HEAD_BYTES, makeIdentity, makeMark, type FileLook } from './look/identity.ts'

const BEGINNING = { offset: 0, digest: 0 }

/** A part at the beginning of a file that is not read in it. */
export interface LeadingPart {
  /** At the end of the part. */
  readonly mark: Mark
  readonly head: Mark
}

interface Known extends Pick<FileRecord, 'identity' | 'marks' | 'realPath'> {
  readonly beganNs?: bigint | undefined
}

/** What identifies a generation when a file is found: inode and birth time, its head, and marks of what was read. */
export class Evidence {
  /** When the file was made in which this run saw it first: its first write may give it another birth time. */
  readonly bornNs: string
  #identity: FileIdentity
  #realPath: string | undefined
  #intactNs: bigint | undefined
  /** Packed while the file is closed. */
  #marks: readonly Mark[] | string
  /** The head while it is shorter than it can be, so that it can grow. */
  #headBytes: Buffer | undefined

  constructor({ identity, marks, realPath, beganNs }: Known) {
    this.bornNs = identity.birthNs
    this.#identity = identity
    this.#marks = marks
    this.#realPath = realPath
    this.#intactNs = beganNs
  }

  get identity(): FileIdentity {
    return this.#identity
  }

  get marks(): readonly Mark[] {
    return typeof this.#marks === 'string' ? unpackMarks(this.#marks) : this.#marks
  }

  /** The path of the file itself where it is followed through a symbolic link. */
  get realPath(): string | undefined {
    return this.#realPath
  }

  /** True where it is news. */
  noteRealPath(realPath: string | undefined): boolean {
    const isNew = realPath !== this.#realPath
    this.#realPath = realPath
    return isNew
  }

  /** The newest change of its file behind which the bytes that were read were surely there; undefined where none is known. */
  get intactNs(): bigint | undefined {
    return this.#intactNs
  }

  noteIntact(changedNs: bigint | undefined): void {
    this.#intactNs = changedNs
  }

  /** The file is at this place now. */
  notePlace(look: FileLook): void {
    this.#identity = makeIdentity(look, this.#identity.head)
  }

  takeHead(head: Buffer): void {
    this.#headBytes = head.length < HEAD_BYTES ? head : undefined
    this.#identity = { ...this.#identity, head: makeMark(head.length, head) }
  }

  /** The file is closed: before its next read the bytes of its head are taken again. */
  rest(): void {
    this.#headBytes = undefined
    this.#marks = packMarks(this.marks)
  }

  /** `bytes` begin at `position`. True when the head grew. */
  growHead(position: number, bytes: Buffer): boolean {
    const { head } = this.#identity
    if (head.offset >= HEAD_BYTES || head.offset !== position) return false
    const known = this.#headBytes ?? Buffer.alloc(0)
    if (known.length !== head.offset || (head.offset > 0 && hashBytes(known) !== head.hash)) return false
    this.takeHead(copyBytes(Buffer.concat([known, bytes.subarray(0, HEAD_BYTES - known.length)])))
    return true
  }

  /** The digest behind bytes that begin at `position`; undefined where not all bytes before them were read. */
  findDigest(
    position: number,
    { checksum, length }: { readonly checksum: number; readonly length: number },
  ): number | undefined {
    const newest = position === 0 ? BEGINNING : this.marks[0]
    if (newest?.offset !== position || newest.digest === undefined) return undefined
    return joinDigests(newest.digest, checksum, length)
  }

  addMark(mark: Mark): void {
    this.#marks = addMark(mark, this.marks)
  }

  /** The bytes behind one of its marks are gone. */
  goBackTo({ offset }: Mark, head: Mark): void {
    const kept = this.marks.filter(mark => mark.offset <= offset)
    this.replaceMarks(kept, head)
  }

  /** For reading that continues at another offset, which the first of the marks fits. */
  replaceMarks(marks: readonly Mark[], head = this.#identity.head): void {
    this.#marks = marks
    this.#identity = { ...this.#identity, head }
  }
}
