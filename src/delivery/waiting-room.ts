import { narrow, type Delivery, type Work } from './work.ts'

export interface RequestRoom {
  readonly events: number
  readonly bytes: number
}

/**
 * Work that is ready to be sent. Each sender has its own line, and a request takes from the lines in turn: small senders
 * share a request, a large one never starves the others.
 */
export class WaitingRoom {
  readonly #lines = new Map<string, Work[]>()
  /** Work that no request is made for, but that goes with the next one. */
  readonly #riders = new Set<Work>()

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  add(work: Work): void {
    const { peer } = work.delivery.batch
    const line = this.#lines.get(peer)
    if (line === undefined) this.#lines.set(peer, [work])
    else line.push(work)
  }

  addRider(work: Work): void {
    this.#riders.add(work)
  }

  /** False when it has gone with a request. */
  takeRider(work: Work): boolean {
    return this.#riders.delete(work)
  }

  /** What fits into one request; at least one event when there is any that does not only ride. */
  take(room: RequestRoom): readonly Work[] {
    const works = this.#takeLines(room)
    return works.length === 0 ? works : [...works, ...this.#takeRiders(works, room)]
  }

  #takeLines(room: RequestRoom): readonly Work[] {
    const taken: Work[] = []
    let { events, bytes } = room
    while (this.#lines.size > 0 && events > 0) {
      const work = this.#takeNext()
      const [now, later] = split(work, { events, bytes, isEmpty: taken.length === 0 })
      if (later !== undefined) this.#putBack(later)
      if (now === undefined) break
      taken.push(now)
      if (later !== undefined) break
      events -= now.events.length
      bytes -= now.byteCount
    }
    return taken
  }

  #takeRiders(works: readonly Work[], room: RequestRoom): readonly Work[] {
    if (this.#riders.size === 0) return []
    let events = room.events - works.reduce((sum, work) => sum + work.events.length, 0)
    let bytes = room.bytes - works.reduce((sum, work) => sum + work.byteCount, 0)
    const taken: Work[] = []
    for (const work of this.#riders) {
      if (work.events.length > events || work.byteCount > bytes) continue
      events -= work.events.length
      bytes -= work.byteCount
      this.#riders.delete(work)
      taken.push(work)
    }
    return taken
  }

  drop(delivery: Delivery): void {
    for (const work of this.#riders) if (work.delivery === delivery) this.#riders.delete(work)
    const { peer } = delivery.batch
    const rest = (this.#lines.get(peer) ?? []).filter(work => work.delivery !== delivery)
    if (rest.length > 0) this.#lines.set(peer, rest)
    else this.#lines.delete(peer)
  }

  /** The first of the line whose turn it is; that line goes to the end. */
  #takeNext(): Work {
    const [peer, line] = this.#lines.entries().next().value as [string, Work[]]
    this.#lines.delete(peer)
    if (line.length > 1) this.#lines.set(peer, line.slice(1))
    return line[0] as Work
  }

  #putBack(work: Work): void {
    const { peer } = work.delivery.batch
    this.#lines.set(peer, [work, ...(this.#lines.get(peer) ?? [])])
  }
}

/** Cuts work in what fits and what does not. A first event that alone is too large fits only into an empty request. */
function split(
  work: Work,
  room: RequestRoom & { readonly isEmpty: boolean },
): readonly [Work | undefined, Work | undefined] {
  if (work.events.length <= room.events && work.byteCount <= room.bytes) return [work, undefined]
  let count = 0
  let bytes = 0
  for (const event of work.events) {
    bytes += event.end - event.start
    if (count >= room.events || bytes > room.bytes) break
    count += 1
  }
  if (count === 0 && room.isEmpty) count = 1
  if (count === 0) return [undefined, work]
  if (count === work.events.length) return [work, undefined]
  return [narrow(work, work.events.slice(0, count)), narrow(work, work.events.slice(count))]
}
