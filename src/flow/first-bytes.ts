interface Sender<Owner> {
  /** What each of its connections holds. */
  readonly held: Map<Owner, number>
  /** What counts as first bytes of each connection. */
  mostEach: number
  /** The first bytes of all its connections. */
  firstBytes: number
}

/** A few parts are always left for senders that come. */
const MIN_PARTS = 4

/**
 * A part of an account is divided equally among all senders that hold something, and the part of a sender among its
 * connections, since any of them may belong to another agent. What a connection holds up to that are its first bytes: they
 * do not depend on what others hold, and are in nobody's way. The number of parts is a power of two, so that it changes
 * rarely.
 */
export class FirstBytes<Owner> {
  #totalBytes: number
  readonly #senders = new Map<string, Sender<Owner>>()
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

  /** The connection holds so much more, or less. */
  change(owner: Owner, name: string, bytes: number): void {
    const sender = this.#senders.get(name) ?? { held: new Map<Owner, number>(), mostEach: 0, firstBytes: 0 }
    const before = sender.held.get(owner) ?? 0
    const after = before + bytes
    if (after > 0) sender.held.set(owner, after)
    else sender.held.delete(owner)
    const { mostEach } = sender
    this.#note(sender, Math.min(after, mostEach) - Math.min(before, mostEach))
    if (sender.held.size > 0) this.#senders.set(name, sender)
    else this.#senders.delete(name)
    if (this.#parts !== partsFor(this.#senders.size)) this.#divide()
    else if (mostEach !== this.#mostOf(sender.held.size)) this.#count(sender)
  }

  /** Whether what the connection holds are first bytes, with so many more. */
  isFirst(owner: Owner, name: string, bytes: number): boolean {
    const held = this.#senders.get(name)?.held
    const before = held?.get(owner)
    return (before ?? 0) + bytes <= this.#mostOf((held?.size ?? 0) + (before === undefined ? 1 : 0))
  }

  #divide(): void {
    this.#parts = partsFor(this.#senders.size)
    for (const sender of this.#senders.values()) this.#count(sender)
  }

  #count(sender: Sender<Owner>): void {
    const mostEach = this.#mostOf(sender.held.size)
    sender.mostEach = mostEach
    const firstBytes = [...sender.held.values()].reduce((sum, bytes) => sum + Math.min(bytes, mostEach), 0)
    this.#note(sender, firstBytes - sender.firstBytes)
  }

  #note(sender: Sender<Owner>, bytes: number): void {
    sender.firstBytes += bytes
    this.#bytes += bytes
  }

  /** Of each of so many connections of a sender. */
  #mostOf(owners: number): number {
    return Math.floor(this.#totalBytes / this.#parts / powerOfTwo(Math.max(1, owners)))
  }
}

/** There is one for a sender that comes. */
function partsFor(senders: number): number {
  return powerOfTwo(Math.max(MIN_PARTS, senders + 1))
}

function powerOfTwo(count: number): number {
  return 2 ** Math.ceil(Math.log2(count))
}
