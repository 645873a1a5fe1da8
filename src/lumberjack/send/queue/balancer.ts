// Who gets the next window: stride scheduling. Each lane's pass rises by 1 / weight a window, and the lowest is next.
import type { Lane } from './lane.ts'

export interface BalanceRules {
  /** Windows that a lane may run ahead of the slowest healthy one. */
  readonly leadWindows: number
  /** A lane is slow with an ack time of more than `slowFactor` times the shortest, and `slowFloorMs` more than that. */
  readonly slowFactor: number
  readonly slowFloorMs: number
  /** A lane is stuck when its oldest window waits `stuckFactor` times its ack time, and `stuckFloorMs` at least. */
  readonly stuckFactor: number
  readonly stuckFloorMs: number
  /** A server that is new or back has its whole weight after so long. */
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

/** The share of its weight that a lane begins with, and the least that slowness leaves it: it must be measured again. */
const LEAST_SHARE = 0.1
/** Where nobody's time limit says when to look again. */
const RECHECK_MS = 100

/** How the lanes stand to one another. Healthy ones are waited for, within limits; the others never. */
interface Standing {
  readonly shortestMs: number
  readonly healthy: readonly Lane[]
  /** The lowest pass of the healthy ones. */
  readonly floor: number
}

export class Balancer {
  readonly #rules: BalanceRules
  readonly #lanes = new Set<Lane>()
  #virtualTime = 0

  constructor(rules: BalanceRules = defaultBalanceRules) {
    this.#rules = rules
  }

  add(lane: Lane): void {
    this.#lanes.add(lane)
  }

  remove(lane: Lane): void {
    this.#lanes.delete(lane)
  }

  /** The lane has a connection; whoever was away does not catch up on what it missed. */
  connect(lane: Lane, nowMs: number): void {
    lane.pass = this.#virtualTime
    lane.connectedAtMs = nowMs
    lane.dueSinceMs = undefined
  }

  disconnect(lane: Lane): void {
    lane.connectedAtMs = undefined
    lane.dueSinceMs = undefined
  }

  /** The one of those that ask which gets the next window, which is charged for it; undefined when none may have it yet. */
  choose(asking: readonly Lane[], nowMs: number): Lane | undefined {
    const [first] = asking
    if (this.#lanes.size <= 1) return first
    const standing = this.#judge(nowMs)
    if (standing.healthy.length > 0) this.#virtualTime = Math.max(this.#virtualTime, standing.floor)
    let best: Lane | undefined
    for (const lane of asking) {
      lane.pass = Math.max(lane.pass, this.#virtualTime - this.#rules.leadWindows / lane.weight)
      if (this.#mayHave(lane, standing, nowMs) && (best === undefined || lane.pass < best.pass)) best = lane
    }
    if (best !== undefined) best.pass += 1 / this.#effectiveWeight(best, standing, nowMs)
    return best
  }

  /** When `choose` may give another answer though nothing has happened, in milliseconds from now. */
  recheckAfterMs(nowMs: number): number {
    const waits = this.#judge(nowMs).healthy.flatMap(lane =>
      lane.dueSinceMs === undefined ? [] : [lane.dueSinceMs + this.#patienceMs(lane) - nowMs],
    )
    return Math.max(1, Math.min(RECHECK_MS, ...waits) + 1)
  }

  /** True when another lane has made progress since then. */
  hasOtherProgress(than: Lane, sinceMs: number): boolean {
    for (const lane of this.#lanes) if (lane !== than && lane.progressAtMs >= sinceMs) return true
    return false
  }

  #judge(nowMs: number): Standing {
    const connected = [...this.#lanes].filter(lane => lane.connectedAtMs !== undefined)
    const shortestMs = Math.min(
      ...connected.map(lane => (lane.isMeasured && lane.ackMs !== undefined ? lane.ackMs : Infinity)),
    )
    const healthy = connected.filter(lane => !this.#isSlow(lane, shortestMs) && !this.#isStuck(lane, nowMs))
    return { shortestMs, healthy, floor: Math.min(...healthy.map(lane => lane.pass)) }
  }

  #mayHave(lane: Lane, { healthy, floor }: Standing, nowMs: number): boolean {
    if (healthy.length === 0) return true
    return !this.#isStuck(lane, nowMs) && (lane.pass - floor) * lane.weight <= this.#rules.leadWindows
  }

  #isSlow({ ackMs, isMeasured }: Lane, shortestMs: number): boolean {
    const { slowFactor, slowFloorMs } = this.#rules
    return isMeasured && ackMs !== undefined && ackMs > slowFactor * shortestMs && ackMs > shortestMs + slowFloorMs
  }

  #isStuck(lane: Lane, nowMs: number): boolean {
    return lane.dueSinceMs !== undefined && nowMs - lane.dueSinceMs > this.#patienceMs(lane)
  }

  #patienceMs({ ackMs = 0 }: Lane): number {
    return Math.max(this.#rules.stuckFloorMs, this.#rules.stuckFactor * ackMs)
  }

  #effectiveWeight(lane: Lane, { shortestMs }: Standing, nowMs: number): number {
    const age = nowMs - (lane.connectedAtMs ?? nowMs)
    const ramp = Math.min(1, LEAST_SHARE + (1 - LEAST_SHARE) * (age / this.#rules.rampMs))
    const speed = this.#isSlow(lane, shortestMs) ? Math.max(LEAST_SHARE, shortestMs / (lane.ackMs ?? 1)) : 1
    return lane.weight * ramp * speed
  }
}
