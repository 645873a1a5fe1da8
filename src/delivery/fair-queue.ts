import { NestedTurns } from '../flow/nested-turns.ts'
import type { BatchDelivery } from './batch-delivery.ts'
import { type EventGroup, narrow } from './event-group.ts'
import { placeOf } from './sender.ts'

export interface RequestSpace {
  readonly events: number
  readonly bytes: number
}

/**
 * Groups that are ready to be sent. Each sender has its own line, and a request takes from the lines in turn: small
 * senders share a request, and a large one never starves the others. So do the agents of one sender in its turns.
 */
export class FairQueue {
  readonly #waiting = new NestedTurns<EventGroup>()

  get isEmpty(): boolean {
    return this.#waiting.isEmpty
  }

  add(group: EventGroup): void {
    this.#waiting.add(placeOf(group.delivery.batch), group)
  }

  /** The groups that fit into one request: at least one event, if there is one. */
  take(space: RequestSpace): readonly EventGroup[] {
    const taken: EventGroup[] = []
    let { events, bytes } = space
    while (events > 0) {
      const [group] = this.#waiting
      if (group === undefined) break
      const [now, later] = split(group, { events, bytes, isEmpty: taken.length === 0 })
      if (now === undefined) break // it keeps its turn: the next request begins with it
      this.#takeTurn(group, later)
      taken.push(now)
      if (later !== undefined) break
      events -= now.events.length
      bytes -= now.byteCount
    }
    return taken
  }

  drop(delivery: BatchDelivery): void {
    this.#waiting.remove(placeOf(delivery.batch), group => group.delivery === delivery)
  }

  /** The line of the group, of which `later` is left, goes to the end. */
  #takeTurn(group: EventGroup, later: EventGroup | undefined): void {
    const place = placeOf(group.delivery.batch)
    this.#waiting.take(place, group)
    if (later !== undefined) this.#waiting.putBack(place, later)
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
