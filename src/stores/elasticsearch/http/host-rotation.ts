interface Host {
  readonly base: URL
  /** Not asked before this time while others work; ms since 1970. */
  restsUntilMs: number
}

/** Takes turns among the hosts that work. A host that failed rests for a while before it is asked again. */
export class HostRotation {
  readonly #restMs: number
  readonly #now: () => number
  #hosts: readonly Host[] = []
  #turn = 0

  constructor(bases: readonly URL[], restMs: number, now: () => number = Date.now) {
    this.#restMs = restMs
    this.#now = now
    this.replace(bases)
  }

  get bases(): readonly URL[] {
    return this.#hosts.map(({ base }) => base)
  }

  /** Asks these hosts from now on. A host that stays keeps its state and its URL. */
  replace(bases: readonly URL[]): void {
    const known = new Map(this.#hosts.map(host => [host.base.href, host]))
    const fresh = new Map(bases.map(base => [base.href, known.get(base.href) ?? { base, restsUntilMs: 0 }]))
    this.#hosts = [...fresh.values()]
  }

  /** The next host to ask, except those in `tried`; if all rest, the one that has rested longest. */
  pick(tried: ReadonlySet<URL> = new Set()): URL | undefined {
    const open = this.#hosts.filter(host => !tried.has(host.base))
    const working = open.filter(host => host.restsUntilMs <= this.#now())
    if (working.length > 0) return working[this.#turn++ % working.length]?.base
    return open.toSorted((a, b) => a.restsUntilMs - b.restsUntilMs)[0]?.base
  }

  noteFailure(base: URL): void {
    const host = this.#find(base)
    if (host !== undefined) host.restsUntilMs = this.#now() + this.#restMs
  }

  noteSuccess(base: URL): void {
    const host = this.#find(base)
    if (host !== undefined) host.restsUntilMs = 0
  }

  #find(base: URL): Host | undefined {
    return this.#hosts.find(host => host.base === base)
  }
}
