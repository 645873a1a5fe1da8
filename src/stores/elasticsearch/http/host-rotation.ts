interface Host {
  readonly base: URL
  /** Requests without an answer yet. */
  outstanding: number
  /** The last answer, or the request that found it idle. */
  heardAtMs: number
  /** Requests that failed in a row. */
  failures: number
  /** Not asked before this time while others work. */
  restsUntilMs: number
  /** After a failure: `probed`: it answered a probe, so it may have one request. */
  state: 'working' | 'resting' | 'probing' | 'probed'
}

/** A request to a host. */
export interface HostUse {
  readonly base: URL
  /** `unknown`: it was given up before it had an outcome. */
  readonly end: (outcome: 'answered' | 'failed' | 'unknown') => void
}

export interface HostRotationOptions {
  readonly restMs: number
  /** Whether the host answers a small request, which holds up no events. Never rejects. */
  readonly probe: (base: URL) => Promise<boolean>
  /** Milliseconds of a clock that never jumps. */
  readonly now?: () => number
}

/** A host with requests that has not answered for so long is passed over while others answer. */
const SILENT_MS = 1000
/** One of which nothing is expected any more while others answer: after this, or a few times what answers take, whichever is longer. */
const MIN_STALLED_MS = 2000
const STALLED_FACTOR = 4
const MAX_REST_MS = 600_000

/**
 * Chooses the host that has the fewest requests without an answer, among those that work. A host that failed rests; then it is
 * probed, and gets one request; with its answer it works again. It rests longer each time that this request fails.
 */
export class HostRotation {
  readonly #options: HostRotationOptions
  readonly #now: () => number
  #hosts: readonly Host[] = []
  #turn = 0
  /** About how long the slow ones of the last answers took. */
  #usualMs = 0

  constructor(bases: readonly URL[], options: HostRotationOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
    this.replace(bases)
  }

  get bases(): readonly URL[] {
    return this.#hosts.map(({ base }) => base)
  }

  /** Asks these hosts from now on. A host that stays keeps its state and its URL. */
  replace(bases: readonly URL[]): void {
    const known = new Map(this.#hosts.map(host => [host.base.href, host]))
    const fresh = new Map(bases.map(base => [base.href, known.get(base.href) ?? makeHost(base)]))
    this.#hosts = [...fresh.values()]
  }

  /** A request to the next host, except those in `tried`; if all rest, to the one that has rested longest. */
  take(tried: ReadonlySet<URL> = new Set()): HostUse | undefined {
    for (const host of this.#hosts) this.#probeAfterRest(host)
    const open = this.#hosts.filter(({ base }) => !tried.has(base))
    const ready = open.filter(
      ({ state, outstanding }) => state === 'working' || (state === 'probed' && outstanding === 0),
    )
    const host = ready.length > 0 ? this.#choose(ready) : open.toSorted((a, b) => a.restsUntilMs - b.restsUntilMs)[0]
    return host && this.#use(host)
  }

  /** Requests to hosts of which nothing is expected any more; none if every host that works is one. */
  stalledRequests(): number {
    const working = this.#hosts.filter(({ state }) => state === 'working')
    const stalled = working.filter(host => this.#isStalled(host))
    return stalled.length === working.length ? 0 : stalled.reduce((sum, { outstanding }) => sum + outstanding, 0)
  }

  #choose(hosts: readonly Host[]): Host | undefined {
    const talking = hosts.filter(host => !this.#isSilent(host))
    const candidates = talking.length > 0 ? talking : hosts
    const fewest = Math.min(...candidates.map(({ outstanding }) => outstanding))
    const equal = candidates.filter(({ outstanding }) => outstanding === fewest)
    return equal[this.#turn++ % equal.length]
  }

  #isSilent({ outstanding, heardAtMs }: Host): boolean {
    return outstanding > 0 && this.#now() - heardAtMs > SILENT_MS
  }

  #isStalled({ outstanding, heardAtMs }: Host): boolean {
    return outstanding > 0 && this.#now() - heardAtMs > Math.max(MIN_STALLED_MS, STALLED_FACTOR * this.#usualMs)
  }

  #use(host: Host): HostUse {
    if (host.outstanding === 0) host.heardAtMs = this.#now()
    host.outstanding++
    const startedMs = this.#now()
    return {
      base: host.base,
      end: outcome => {
        host.outstanding--
        if (outcome === 'answered') this.#noteAnswer(host, this.#now() - startedMs)
        if (outcome === 'failed') this.#noteFailure(host)
      },
    }
  }

  #noteAnswer(host: Host, tookMs: number): void {
    this.#usualMs = Math.max(tookMs, 0.8 * this.#usualMs + 0.2 * tookMs)
    host.heardAtMs = this.#now()
    host.failures = 0
    host.state = 'working'
  }

  #noteFailure(host: Host): void {
    // Requests that were on their way together fail together, and count once.
    if (host.state === 'working' || host.state === 'probed') host.failures++
    host.state = 'resting'
    const restMs = this.#options.restMs * 2 ** Math.min(host.failures - 1, 20)
    host.restsUntilMs = this.#now() + Math.min(restMs, Math.max(MAX_REST_MS, this.#options.restMs))
  }

  #probeAfterRest(host: Host): void {
    if (host.state === 'resting' && host.restsUntilMs <= this.#now()) void this.#probe(host) // it never rejects
  }

  async #probe(host: Host): Promise<void> {
    host.state = 'probing'
    const isAnswered = await this.#options.probe(host.base)
    if (host.state !== 'probing') return // a request to it has had an outcome meanwhile
    host.state = isAnswered ? 'probed' : 'resting'
    host.restsUntilMs = this.#now() + (isAnswered ? 0 : this.#options.restMs)
  }
}

function makeHost(base: URL): Host {
  return { base, outstanding: 0, heardAtMs: 0, failures: 0, restsUntilMs: 0, state: 'working' }
}
