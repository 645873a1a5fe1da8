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

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  add(work: Work): void {
    const { peer } = work.delivery.batch
    const line = this.#lines.get(peer)
    if (line === undefined) this.#lines.set(peer, [work])
    else line.push(work)
  }

  /** What fits into one request; at least one event when there is any. */
  take(room: RequestRoom): readonly Work[] {
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

  drop(delivery: Delivery): void {
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
