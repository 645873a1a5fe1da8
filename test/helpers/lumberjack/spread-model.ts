import type { Balancer } from '../../../src/lumberjack/send/queue/balancer.ts'
import { LinkLoad } from '../../../src/lumberjack/send/queue/link-load.ts'

/** Windows that a link takes beyond those on the wire. */
const AHEAD = 2

/** How a server acks. */
export interface ModelServer {
  /** Draws how long it takes for the window that is sent at `atMs`. */
  readonly ackMs: (atMs: number) => number
}

interface ModelLink {
  readonly load: LinkLoad
  readonly server: ModelServer
  /** When its windows on the wire are sent and acked; in order. */
  readonly wire: { readonly sentAtMs: number; readonly ackAtMs: number }[]
  prepared: number
  count: number
  events: number
}

export interface SpreadModelOptions {
  readonly balancer: Balancer
  readonly servers: readonly ModelServer[]
  readonly windowsInFlight: number
  /** The events of each window, in the order of the queue; default 1. */
  readonly nextEvents?: () => number
}

/** Links to servers that ack in order, in simulated time, with more windows waiting than they can take. */
export class SpreadModel {
  readonly #balancer: Balancer
  readonly #links: readonly ModelLink[]
  readonly #nextEvents: () => number
  #nowMs = 0

  constructor({ balancer, servers, windowsInFlight, nextEvents = () => 1 }: SpreadModelOptions) {
    this.#balancer = balancer
    this.#nextEvents = nextEvents
    this.#links = servers.map(server => {
      const load = new LinkLoad(1, windowsInFlight)
      balancer.add(load)
      load.startSlowly()
      balancer.connect(load, 0)
      return { load, server, wire: [], prepared: 0, count: 0, events: 0 }
    })
  }

  get nowMs(): number {
    return this.#nowMs
  }

  /** Windows that each link has taken. */
  get counts(): readonly number[] {
    return this.#links.map(({ count }) => count)
  }

  /** Events that each link has taken. */
  get events(): readonly number[] {
    return this.#links.map(({ events }) => events)
  }

  /** Until `isOver`, which is asked after each step. */
  run(isOver: () => boolean): void {
    while (!isOver()) {
      this.#dispatch()
      this.#pass()
    }
  }

  #dispatch(): void {
    for (;;) {
      const asking = this.#links.filter(({ load, wire, prepared }) => wire.length + prepared < load.windowLimit + AHEAD)
      const chosen = this.#balancer.choose(
        asking.map(({ load }) => load),
        this.#nowMs,
      )
      const link = asking.find(({ load }) => load === chosen)
      if (link === undefined) return
      link.prepared++
      link.count++
      const events = this.#nextEvents()
      link.events += events
      this.#balancer.noteSize(link.load, events)
      this.#send(link)
    }
  }

  #send(link: ModelLink): void {
    const { load, wire, server } = link
    for (; link.prepared > 0 && wire.length < load.windowLimit; link.prepared--) {
      const ackAtMs = Math.max(wire.at(-1)?.ackAtMs ?? 0, this.#nowMs + server.ackMs(this.#nowMs))
      wire.push({ sentAtMs: this.#nowMs, ackAtMs })
      load.noteSent(this.#nowMs)
    }
  }

  /** To the next ack, or to the time at which the balancer wants to be asked again. */
  #pass(): void {
    const recheckAtMs = this.#nowMs + this.#balancer.recheckAfterMs(this.#nowMs)
    this.#nowMs = Math.min(recheckAtMs, ...this.#links.flatMap(({ wire: [next] }) => next?.ackAtMs ?? []))
    for (const link of this.#links) this.#receive(link)
  }

  #receive(link: ModelLink): void {
    const { load, wire } = link
    for (let [next] = wire; next !== undefined && next.ackAtMs <= this.#nowMs; [next] = wire) {
      wire.shift()
      load.noteAck(this.#nowMs - next.sentAtMs, this.#nowMs)
      load.noteProgress(this.#nowMs, wire.length > 0)
    }
    this.#send(link)
  }
}

/** Numbers in [0, 1) that depend on the seed alone. */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
