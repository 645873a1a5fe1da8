// Which link gets the next window: stride scheduling. Each load's pass rises by 1 / weight a full window, and the lowest is next.
import type { LinkLoad } from './link-load.ts'

export interface BalanceRules {
  /** Windows that a link may run ahead of the slowest healthy one. */
  readonly leadWindows: number
  /** A link is slow with an ack time of more than `slowFactor` times the shortest, and `slowFloorMs` more than that. */
  readonly slowFactor: number
  readonly slowFloorMs: number
  /** A link is stuck when its oldest window waits `stuckFactor` times its ack time, and `stuckFloorMs` at least. */
  readonly stuckFactor: number
  readonly stuckFloorMs: number
  /** A server that is new or back has its whole weight after this time. */
  readonly rampMs: number
}

export const defaultBalanceRules: BalanceRules = {
  leadWindows: 4,
  slowFactor: 2,
  slowFloorMs: 20,
  stuckFactor: 4,
  stuckFloorMs: 250,
  rampMs: 5000,
}

/** The share of its weight that a link begins with, and the least that slowness leaves it: it must be measured again. */
const MIN_SHARE = 0.1
/** The wait for the next look, where no time limit ends it. */
const RECHECK_MS = 100

/** How the loads compare. Healthy links are waited for, within limits; the others never. */
interface Standing {
  readonly shortestMs: number
  readonly healthy: readonly LinkLoad[]
  /** The lowest pass of the healthy ones. */
  readonly floor: number
}

export class Balancer {
  readonly #rules: BalanceRules
  readonly #loads = new Set<LinkLoad>()
  #virtualTime = 0
  #largestEvents = 1

  constructor(rules: BalanceRules = defaultBalanceRules) {
    this.#rules = rules
  }

  add(load: LinkLoad): void {
    this.#loads.add(load)
  }

  remove(load: LinkLoad): void {
    this.#loads.delete(load)
  }

  /** The link has a connection. It does not catch up on windows that it missed without one. */
  connect(load: LinkLoad, nowMs: number): void {
    load.connect(this.#virtualTime, nowMs)
  }

  /** The one of `asking` that gets the next window, and is charged for it; undefined when none may have it yet. */
  choose(asking: readonly LinkLoad[], nowMs: number): LinkLoad | undefined {
    const [first] = asking
    if (this.#loads.size <= 1) return first
    const standing = this.#judge(nowMs)
    if (standing.healthy.length > 0) this.#virtualTime = Math.max(this.#virtualTime, standing.floor)
    let best: LinkLoad | undefined
    for (const load of asking) {
      load.raisePass(this.#virtualTime - this.#rules.leadWindows / load.weight)
      if (this.#mayHave(load, standing, nowMs) && (best === undefined || load.pass < best.pass)) best = load
    }
    best?.charge(1 / this.#effectiveWeight(best, standing, nowMs))
    return best
  }

  /** The window that the link got from `choose` costs the part that its events are of the largest window so far. */
  noteSize(load: LinkLoad, events: number): void {
    this.#largestEvents = Math.max(this.#largestEvents, events)
    load.refund(1 - events / this.#largestEvents)
  }

  /** When `choose` may give another answer though nothing has happened, in milliseconds from now. */
  recheckAfterMs(nowMs: number): number {
    const waits = this.#judge(nowMs).healthy.flatMap(load =>
      load.dueSinceMs === undefined ? [] : [load.dueSinceMs + this.#patienceMs(load) - nowMs],
    )
    return Math.max(1, Math.min(RECHECK_MS, ...waits) + 1)
  }

  hasOtherProgress(than: LinkLoad, sinceMs: number): boolean {
    for (const load of this.#loads) if (load !== than && load.progressAtMs >= sinceMs) return true
    return false
  }

  #judge(nowMs: number): Standing {
    const connected = [...this.#loads].filter(load => load.connectedAtMs !== undefined)
    const shortestMs = Math.min(...connected.map(({ ackTime }) => (ackTime.isMeasured ? ackTime.mostMs : Infinity)))
    const healthy = connected.filter(load => !this.#isSlow(load, shortestMs) && !this.#isStuck(load, nowMs))
    return { shortestMs, healthy, floor: Math.min(...healthy.map(load => load.pass)) }
  }

  #mayHave(load: LinkLoad, { healthy, floor }: Standing, nowMs: number): boolean {
    if (healthy.length === 0) return true
    return !this.#isStuck(load, nowMs) && (load.pass - floor) * load.weight <= this.#rules.leadWindows
  }

  #isSlow({ ackTime: { isMeasured, leastMs } }: LinkLoad, shortestMs: number): boolean {
    const { slowFactor, slowFloorMs } = this.#rules
    return isMeasured && leastMs > slowFactor * shortestMs && leastMs > shortestMs + slowFloorMs
  }

  #isStuck(load: LinkLoad, nowMs: number): boolean {
    return load.dueSinceMs !== undefined && nowMs - load.dueSinceMs > this.#patienceMs(load)
  }

  #patienceMs({ ackTime: { recentMs = 0 } }: LinkLoad): number {
    return Math.max(this.#rules.stuckFloorMs, this.#rules.stuckFactor * recentMs)
  }

  #effectiveWeight(load: LinkLoad, { shortestMs }: Standing, nowMs: number): number {
    const age = nowMs - (load.connectedAtMs ?? nowMs)
    const ramp = Math.min(1, MIN_SHARE + (1 - MIN_SHARE) * (age / this.#rules.rampMs))
    const speed = this.#isSlow(load, shortestMs) ? Math.max(MIN_SHARE, shortestMs / load.ackTime.leastMs) : 1
    return load.weight * ramp * speed
  }
}
