/** A sender, and one of those that share its turns. A member may have any name it likes, and gains nothing by several. */
export interface Place {
  readonly sender: string
  readonly member: string
}

/** Items that wait: senders have turns, and in those of a sender its members have turns. */
export class NestedTurns<Item> {
  readonly #senders = new Map<string, Map<string, Item[]>>()

  get isEmpty(): boolean {
    return this.#senders.size === 0
  }

  /** The first is the next. */
  *[Symbol.iterator](): Iterator<Item> {
    for (const members of this.#senders.values()) for (const items of members.values()) yield* items
  }

  add(place: Place, item: Item): void {
    this.#itemsOf(place).push(item)
  }

  /** Before what else the member has; it does not get its turn sooner. */
  putBack(place: Place, item: Item): void {
    this.#itemsOf(place).unshift(item)
  }

  /** The item has its turn: its sender is the last one from now on, and its member the last one of the sender. */
  take({ sender, member }: Place, item: Item): void {
    const members = this.#senders.get(sender)
    const items = members?.get(member)
    if (members === undefined || items === undefined) return
    this.#senders.delete(sender)
    this.#senders.set(sender, members)
    members.delete(member)
    members.set(member, items)
    this.remove({ sender, member }, one => one === item)
  }

  remove({ sender, member }: Place, isMeant: (item: Item) => boolean): void {
    const members = this.#senders.get(sender)
    const rest = members?.get(member)?.filter(item => !isMeant(item)) ?? []
    if (rest.length > 0) members?.set(member, rest)
    else members?.delete(member)
    if (members?.size === 0) this.#senders.delete(sender)
  }

  #itemsOf({ sender, member }: Place): Item[] {
    const members = this.#senders.get(sender) ?? new Map<string, Item[]>()
    const items = members.get(member) ?? []
    this.#senders.set(sender, members)
    members.set(member, items)
    return items
  }
}
