import type { BatchDelivery } from './batch-delivery.ts'
import { type EventGroup, narrow } from './event-group.ts'

export interface RequestSpace {
  readonly events: number
  readonly bytes: number
}

/**
 * Groups that are ready to be sent. Each sender has its own line, and a request takes from the lines in turn: small
 * senders share a request, and a large one never starves the others.
 */
export class FairQueue {
  readonly #lines = new Map<string, EventGroup[]>()

  get isEmpty(): boolean {
    return this.#lines.size === 0
  }

  add(group: EventGroup): void {
    const { peer } = group.delivery.batch
    const line = this.#lines.get(peer)
    if (line === undefined) this.#lines.set(peer, [group])
    else line.push(group)
  }

  /** The groups that fit into one request: at least one event, if there is one. */
  take(space: RequestSpace): readonly EventGroup[] {
    const taken: EventGroup[] = []
    let { events, bytes } = space
    while (this.#lines.size > 0 && events > 0) {
      const group = this.#takeNext()
      const [now, later] = split(group, { events, bytes, isEmpty: taken.length === 0 })
      if (later !== undefined) this.#putBack(later)
      if (now === undefined) break
      taken.push(now)
      if (later !== undefined) break
      events -= now.events.length
      bytes -= now.byteCount
    }
    return taken
  }

  drop(delivery: BatchDelivery): void {
    const { peer } = delivery.batch
    const rest = (this.#lines.get(peer) ?? []).filter(group => group.delivery !== delivery)
    if (rest.length > 0) this.#lines.set(peer, rest)
    else this.#lines.delete(peer)
  }

  /** The first group of the line whose turn it is; that line goes to the end. */
  #takeNext(): EventGroup {
    const [peer, line] = this.#lines.entries().next().value as [string, EventGroup[]]
    this.#lines.delete(peer)
    if (line.length > 1) this.#lines.set(peer, line.slice(1))
    return line[0] as EventGroup
  }

  #putBack(group: EventGroup): void {
    const { peer } = group.delivery.batch
    this.#lines.set(peer, [group, ...(this.#lines.get(peer) ?? [])])
  }
}

/** Cuts the group into the part that fits and the rest. An event that is too large fits into an empty request. */
function split(
  group: EventGroup,
  space: RequestSpace & { readonly isEmpty: boolean },
): readonly [EventGroup | undefined, EventGroup | undefined] {
  if (group.events.length <= space.events && group.byteCount <= space.bytes) return [group, undefined]
  let count = 0
  let bytes = 0
  for (const event of group.events) {
    bytes += event.end - event.start
    if (count >= space.events || bytes > space.bytes) break
    count += 1
  }
  if (count === 0 && space.isEmpty) count = 1
  if (count === 0) return [undefined, group]
  if (count === group.events.length) return [group, undefined]
  return [narrow(group, group.events.slice(0, count)), narrow(group, group.events.slice(count))]
}
