import type { Socket } from 'node:net'
import { NestedTurns, type Place } from '../flow/nested-turns.ts'
import { networkOf } from '../flow/network-of.ts'
import { endsOf } from './socket-ends.ts'

/** To begin one takes one or two milliseconds of the main thread: it is signed. */
export const BEGUN_PER_TURN = 4
/** To end one takes about a millisecond, and all that are under way may end in the same turn. */
export const MAX_UNDER_WAY = 16
/** One whose client does not answer for so long gives way to those that wait, */
const PATIENCE_MS = 5000
/** or for so long if it is one of several of its address, and gives way to an address that has none. */
const PATIENCE_WITH_SEVERAL_MS = 1000

interface UnderWay {
  readonly socket: Socket
  readonly network: string
  readonly sinceMs: number
}

interface Waiting {
  readonly place: Place
  readonly socket: Socket
  readonly begin: () => void
}

/**
 * Bounds what handshakes take in one turn of the event loop, however many clients send their first or their last message in
 * the same moment. Those that wait for a place take turns by their address; one with none under way is next.
 */
export class HandshakePlaces {
  readonly #limitMs: number
  readonly #waiting = new NestedTurns<Waiting>()
  /** By the ends of their connections, in the order in which they began: since when. */
  readonly #underWay = new Map<string, UnderWay>()
  #isTurning = false
  #timer: NodeJS.Timeout | undefined

  /** `limitMs`: the longest wait for a place. */
  constructor(limitMs: number) {
    this.#limitMs = limitMs
  }

  /** Calls `begin` once there is a place, unless the connection has ended by then. */
  add(socket: Socket, begin: () => void): void {
    const place = { sender: networkOf(socket.remoteAddress ?? ''), member: '' }
    const waiting = { place, socket, begin }
    const ends = endsOf(socket)
    const timer = setTimeout(() => socket.destroy(), this.#limitMs)
    this.#waiting.add(place, { ...waiting, begin: () => (clearTimeout(timer), begin()) })
    socket.once('close', () => {
      clearTimeout(timer)
      this.#waiting.remove(place, one => one.socket === socket)
      this.#free(ends)
    })
    this.#awaitNext()
  }

  /** The handshake is over, for the socket of either layer. */
  end(socket: Socket): void {
    this.#free(endsOf(socket))
  }

  #free(ends: string): void {
    if (this.#underWay.delete(ends)) this.#awaitNext()
  }

  #awaitNext(): void {
    if (this.#isTurning || this.#waiting.isEmpty) return
    this.#isTurning = true
    setImmediate(() => this.#turn())
  }

  #turn(): void {
    this.#isTurning = false
    for (let begun = 0; begun < BEGUN_PER_TURN && this.#hasPlace(); begun++) {
      const next = this.#next()
      if (next === undefined) return
      this.#waiting.take(next.place, next)
      this.#underWay.set(endsOf(next.socket), {
        socket: next.socket,
        network: next.place.sender,
        sinceMs: performance.now(),
      })
      next.begin()
    }
    if (this.#hasPlace()) this.#awaitNext()
    else this.#awaitPatience()
  }

  /** Of the address with the fewest under way. */
  #next(): Waiting | undefined {
    let next: Waiting | undefined
    let fewest = Infinity
    for (const waiting of this.#waiting) {
      const count = waiting.place.sender === next?.place.sender ? fewest : this.#countOf(waiting.place.sender)
      if (count >= fewest) continue
      next = waiting
      fewest = count
    }
    return next
  }

  #countOf(network: string): number {
    let count = 0
    for (const one of this.#underWay.values()) if (one.network === network) count++
    return count
  }

  #hasPlace(): boolean {
    return this.#underWay.size < MAX_UNDER_WAY
  }

  #awaitPatience(): void {
    clearTimeout(this.#timer)
    const leaver = this.#findLeaver()
    if (leaver === undefined) return
    this.#timer = setTimeout(() => this.#endOldest(), Math.max(0, leaver.atMs - performance.now())).unref()
  }

  /** Its place is free once it is closed. */
  #endOldest(): void {
    const leaver = this.#findLeaver()
    if (leaver !== undefined && leaver.atMs <= performance.now()) leaver.socket.destroy()
    this.#awaitPatience()
  }

  /** The next handshake that is to give way, and when. */
  #findLeaver(): { readonly socket: Socket; readonly atMs: number } | undefined {
    const next = this.#next()
    if (next === undefined || this.#hasPlace()) return undefined
    const open = [...this.#underWay.values()].filter(({ socket }) => !socket.destroyed)
    const isAlone = this.#countOf(next.place.sender) === 0
    const several = isAlone ? open.find(({ network }) => this.#countOf(network) > 1) : undefined
    const [oldest] = open
    if (several !== undefined) return { socket: several.socket, atMs: several.sinceMs + PATIENCE_WITH_SEVERAL_MS }
    return oldest && { socket: oldest.socket, atMs: oldest.sinceMs + PATIENCE_MS }
  }
}
