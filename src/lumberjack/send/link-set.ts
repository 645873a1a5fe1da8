import { performance } from 'node:perf_hooks'
import type { LifeSign } from '../../flow/life-sign.ts'
import {
  type ServerChoice,
  createFixedChoice,
  createOrderedChoice,
  createRandomChoice,
} from './servers/server-choice.ts'
import { LinkLoad } from './queue/link-load.ts'
import { Link } from './link.ts'
import type { LinkContext } from './link-context.ts'
import type { LinkStatus } from './publisher-contract.ts'
import { ServerFailures } from './servers/server-failures.ts'
import { keyOf, weightOf } from './servers/server-address.ts'

interface Member {
  readonly link: Link
  readonly load: LinkLoad
  readonly ended: Promise<void>
}

/** The links of one configuration: one that chooses its server, or one to each. */
export class LinkSet {
  readonly #context: LinkContext
  /** By the server's key; a link that chooses has the key of none. */
  readonly #members = new Map<string, Member>()
  /** They are not in the list any more, and wait for their last acks. */
  readonly #leaving = new Set<Member>()
  readonly #stopListening: () => void

  /** Connects at once. */
  constructor(context: LinkContext) {
    this.#context = context
    if (context.settings.balance === 'all') {
      this.#stopListening = context.servers.onChange(() => this.#follow())
      this.#follow()
    } else {
      this.#stopListening = () => {}
      this.#add('', createChoice(context), 1)
    }
  }

  status(): readonly LinkStatus[] {
    return [...this.#members.values(), ...this.#leaving].flatMap(({ link }) => link.status() ?? [])
  }

  lifeSigns(): readonly LifeSign[] {
    const { dispatcher } = this.#context
    const links = [...this.#members.values(), ...this.#leaving].flatMap(({ link }) => link.lifeSigns())
    return [{ part: "the publisher's dispatcher", steps: dispatcher.given, isDue: dispatcher.isDue }, ...links]
  }

  /** Takes no more batches; resolves when all that is on the wire is acked or lost, and all connections are closed. */
  async retire(): Promise<void> {
    await this.#end(link => link.retire())
  }

  async close(): Promise<void> {
    await this.#end(link => link.close())
  }

  async #end(how: (link: Link) => void): Promise<void> {
    this.#stopListening()
    const all = [...this.#members.values(), ...this.#leaving]
    for (const { link } of all) how(link)
    await Promise.all(all.map(({ ended }) => ended))
    this.#context.dispatcher.close()
  }

  /** One link for each server of the list. An empty list is more likely a fault of the list than a wish. */
  #follow(): void {
    const { servers } = this.#context
    const listed = new Map(servers.current.map(server => [keyOf(server), server]))
    if (listed.size === 0) return
    for (const [key, member] of this.#members) if (!listed.has(key)) this.#letGo(key, member)
    for (const [key, server] of listed) {
      const member = this.#members.get(key)
      if (member !== undefined) member.load.weight = weightOf(server)
      else this.#add(key, createFixedChoice(server, servers), weightOf(server))
    }
  }

  #add(key: string, choice: ServerChoice, weight: number): void {
    const { settings, balancer } = this.#context
    const load = new LinkLoad(weight, settings.windowsInFlight)
    balancer.add(load)
    const link = new Link({ context: this.#context, choice, load })
    this.#members.set(key, { link, load, ended: link.run() })
  }

  #letGo(key: string, member: Member): void {
    this.#members.delete(key)
    this.#leaving.add(member)
    this.#context.balancer.remove(member.load)
    member.link.retire()
    void member.ended.then(() => this.#leaving.delete(member))
  }
}

function createChoice({ settings, servers, backoff, random }: LinkContext): ServerChoice {
  const failures = new ServerFailures(backoff, () => performance.now())
  const { balance, zone } = settings
  const create = balance === 'failover' ? createOrderedChoice : createRandomChoice
  return create({ servers, failures, random, zone })
}
