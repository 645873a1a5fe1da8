import { performance } from 'node:perf_hooks'
import type { LifeSign } from '../../flow/life-sign.ts'
import { Link } from './link.ts'
import type { LinkContext } from './link-context.ts'
import { LinkRecord } from './link-track-record.ts'
import type { LinkStatus } from './publisher-contract.ts'
import { LinkLoad } from './queue/link-load.ts'
import { type ServerAddress, keyOf, weightOf } from './servers/server-address.ts'
import {
  type ServerChoice,
  createFixedChoice,
  createOrderedChoice,
  createRandomChoice,
} from './servers/server-choice.ts'
import { ServerFailures } from './servers/server-failures.ts'

interface Member {
  readonly link: Link
  readonly load: LinkLoad
  readonly ended: Promise<void>
}

/** The links of one configuration: one that chooses its server, or one to each. */
export class LinkSet {
  readonly #context: LinkContext
  readonly #failures: ServerFailures
  /** By the server's key; the key of a link that chooses is empty. */
  readonly #members = new Map<string, Member>()
  /** Links whose server has left the list, waiting for their last acks. */
  readonly #leaving = new Set<Member>()
  readonly #stopListening: () => void

  /** Connects at once. */
  constructor(context: LinkContext) {
    const { servers, times, settings } = context
    this.#context = context
    this.#failures = new ServerFailures({ servers, limits: times.backoff, now: () => performance.now() })
    if (settings.balance === 'all') {
      this.#stopListening = servers.onChange(() => this.#follow())
      this.#follow()
    } else {
      this.#stopListening = () => {}
      this.#add('', this.#createChoice(), 1)
    }
  }

  status(): readonly LinkStatus[] {
    return this.#all().flatMap(({ link }) => link.status() ?? [])
  }

  lifeSigns(): readonly LifeSign[] {
    const { dispatcher } = this.#context
    const links = this.#all().flatMap(({ link }) => link.lifeSigns())
    return [{ part: "the publisher's dispatcher", steps: dispatcher.given, isDue: dispatcher.isDue }, ...links]
  }

  async retire(): Promise<void> {
    await this.#end(link => link.retire())
  }

  async close(): Promise<void> {
    await this.#end(link => link.close())
  }

  async #end(endLink: (link: Link) => void): Promise<void> {
    this.#stopListening()
    const all = this.#all()
    for (const { link } of all) endLink(link)
    await Promise.all(all.map(({ ended }) => ended))
    this.#context.dispatcher.close()
  }

  #all(): readonly Member[] {
    return [...this.#members.values(), ...this.#leaving]
  }

  /** One link for each server of the list. An empty list is more likely a fault of the list than a wish. */
  #follow(): void {
    const { servers } = this.#context
    const listed = new Map(servers.current.map(server => [keyOf(server), server]))
    if (listed.size === 0) return
    for (const [key, member] of this.#members) if (!listed.has(key)) this.#letGo(key, member)
    for (const [key, server] of listed) this.#take(key, server)
  }

  #take(key: string, server: ServerAddress): void {
    const member = this.#members.get(key)
    if (member !== undefined) member.load.setWeight(weightOf(server))
    else this.#add(key, createFixedChoice(server, this.#context.servers), weightOf(server))
  }

  #add(key: string, choice: ServerChoice, weight: number): void {
    const { settings, balancer, totals, times, dialing } = this.#context
    const load = new LinkLoad(weight, settings.windowsInFlight)
    balancer.add(load)
    const { random } = dialing
    const record = new LinkRecord({ totals, failures: this.#failures, backoff: times.backoff, random })
    const link = new Link({ context: this.#context, choice, load, record })
    this.#members.set(key, { link, load, ended: link.run() })
  }

  #letGo(key: string, member: Member): void {
    this.#members.delete(key)
    this.#leaving.add(member)
    this.#context.balancer.remove(member.load)
    member.link.retire()
    void member.ended.then(() => this.#leaving.delete(member))
  }

  #createChoice(): ServerChoice {
    const { settings, servers, dialing } = this.#context
    const create = settings.balance === 'failover' ? createOrderedChoice : createRandomChoice
    return create({ servers, failures: this.#failures, random: dialing.random, zone: settings.zone })
  }
}
