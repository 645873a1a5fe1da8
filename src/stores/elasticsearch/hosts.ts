interface Host {
  readonly base: URL
  /** Not to be asked before then, while others work; ms since 1970. */
  restsUntilMs: number
}

/** Takes turns among the hosts that work. One that failed is left alone for a while and then tried again. */
export class Hosts {
  readonly #hosts: readonly Host[]
  readonly #restMs: number
  readonly #now: () => number
  #turn = 0

  constructor(bases: readonly URL[], restMs: number, now: () => number = Date.now) {
    this.#hosts = bases.map(base => ({ base, restsUntilMs: 0 }))
    this.#restMs = restMs
    this.#now = now
  }

  /** The next one to ask, except those in `tried`; when all rest, the one that has rested longest. */
  pick(tried: ReadonlySet<URL> = new Set()): URL | undefined {
    const open = this.#hosts.filter(host => !tried.has(host.base))
    const working = open.filter(host => host.restsUntilMs <= this.#now())
    if (working.length > 0) return working[this.#turn++ % working.length]?.base
    return open.toSorted((a, b) => a.restsUntilMs - b.restsUntilMs)[0]?.base
  }

  reportFailure(base: URL): void {
    const host = this.#find(base)
    if (host !== undefined) host.restsUntilMs = this.#now() + this.#restMs
  }

  reportSuccess(base: URL): void {
    const host = this.#find(base)
    if (host !== undefined) host.restsUntilMs = 0
  }

  #find(base: URL): Host | undefined {
    return this.#hosts.find(host => host.base === base)
  }
}
