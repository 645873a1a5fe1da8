import type { Place } from './nested-turns.ts'

interface Sender {
  /** What each member holds. */
  readonly members: Map<string, number>
  /** What counts as first bytes of each member. */
  mostEach: number
  /** The first bytes of all members. */
  firstBytes: number
}

/** A few parts are always left for senders that come. */
const MIN_PARTS = 4

/**
 * A part of an account is divided equally among all senders, and the part of a sender among its members. What a member
 * holds up to that are its first bytes: they do not depend on what others hold, and are in nobody's way. The number of
 * parts is a power of two, so that it changes rarely.
 */
export class FirstBytes {
  #totalBytes: number
  readonly #senders = new Map<string, Sender>()
  #parts = MIN_PARTS
  #bytes = 0

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes
  }

  /** Of all that is held. */
  get bytes(): number {
    return this.#bytes
  }

  resize(totalBytes: number): void {
    this.#totalBytes = totalBytes
    this.#divide()
  }

  change({ sender: name, member }: Place, bytes: number): void {
    const sender = this.#senders.get(name) ?? { members: new Map<string, number>(), mostEach: 0, firstBytes: 0 }
    const before = sender.members.get(member) ?? 0
    const after = before + bytes
    if (after > 0) sender.members.set(member, after)
    else sender.members.delete(member)
    const { mostEach } = sender
    this.#note(sender, Math.min(after, mostEach) - Math.min(before, mostEach))
    if (sender.members.size > 0) this.#senders.set(name, sender)
    else this.#senders.delete(name)
    if (this.#parts !== partsFor(this.#senders.size)) this.#divide()
    else if (mostEach !== this.#mostOf(sender.members.size)) this.#count(sender)
  }

  /** Whether what the member holds are first bytes, with so many more. */
  isFirst({ sender: name, member }: Place, bytes: number): boolean {
    const members = this.#senders.get(name)?.members
    const held = members?.get(member)
    return (held ?? 0) + bytes <= this.#mostOf((members?.size ?? 0) + (held === undefined ? 1 : 0))
  }

  #divide(): void {
    this.#parts = partsFor(this.#senders.size)
    for (const sender of this.#senders.values()) this.#count(sender)
  }

  #count(sender: Sender): void {
    const mostEach = this.#mostOf(sender.members.size)
    sender.mostEach = mostEach
    const firstBytes = [...sender.members.values()].reduce((sum, bytes) => sum + Math.min(bytes, mostEach), 0)
    this.#note(sender, firstBytes - sender.firstBytes)
  }

  #note(sender: Sender, bytes: number): void {
    sender.firstBytes += bytes
    this.#bytes += bytes
  }

  /** Of each of so many members of a sender. */
  #mostOf(members: number): number {
    return Math.floor(this.#totalBytes / this.#parts / powerOfTwo(Math.max(1, members)))
  }
}

/** There is one for a sender that comes. */
function partsFor(senders: number): number {
  return powerOfTwo(Math.max(MIN_PARTS, senders + 1))
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}
