import type { Watched } from '../../../flow/watched-value.ts'
import { type ServerAddress, keyOf, weightOf } from './server-address.ts'
import type { ServerFailures } from './server-failures.ts'

/** Which server a link connects to. The list is read each time. */
export interface ServerChoice {
  /** Undefined when there is none. */
  next(): ServerAddress | undefined
  /** The list's present entry for the server; undefined when it has left. */
  find(server: ServerAddress): ServerAddress | undefined
  /** Servers to go back to when they work again, the best first. */
  readonly better?: (server: ServerAddress) => readonly ServerAddress[]
}

export interface ServerChoiceOptions {
  readonly servers: Watched<readonly ServerAddress[]>
  readonly failures: ServerFailures
  /** From 0 to below 1. */
  readonly random: () => number
  readonly zone?: string | undefined
}

/** One at random, by weight: of the own zone as long as one of it works, and none that failed lately if there is another. */
export function createRandomChoice({ servers, failures, random, zone }: ServerChoiceOptions): ServerChoice {
  const isNear = (server: ServerAddress) => zone === undefined || server.zone === zone
  const isWorking = (server: ServerAddress) => failures.doubtEndMs(server) === 0
  return {
    next() {
      const all = servers.current
      const working = all.filter(isWorking)
      const pools = [working.filter(isNear), working, all.filter(server => !failures.isLastFailed(server)), all]
      return pickByWeight(pools.find(pool => pool.length > 0) ?? [], random)
    },
    find: server => findIn(servers.current, server),
    ...(zone !== undefined && {
      better: (server: ServerAddress) => (isNear(server) ? [] : servers.current.filter(isNear)),
    }),
  }
}

/** The first of the list that did not fail lately. */
export function createOrderedChoice({ servers, failures }: ServerChoiceOptions): ServerChoice {
  return {
    next() {
      const doubts = servers.current.map(server => failures.doubtEndMs(server))
      return servers.current[doubts.indexOf(Math.min(...doubts))]
    },
    find: server => findIn(servers.current, server),
    better(server) {
      const index = servers.current.findIndex(other => keyOf(other) === keyOf(server))
      return servers.current.slice(0, Math.max(0, index))
    },
  }
}

export function createFixedChoice(server: ServerAddress, servers: ServerChoiceOptions['servers']): ServerChoice {
  const find = () => findIn(servers.current, server)
  return { next: find, find }
}

function findIn(servers: readonly ServerAddress[], server: ServerAddress): ServerAddress | undefined {
  const key = keyOf(server)
  return servers.find(other => keyOf(other) === key)
}

function pickByWeight(pool: readonly ServerAddress[], random: () => number): ServerAddress | undefined {
  let rest = random() * pool.reduce((sum, server) => sum + weightOf(server), 0)
  return pool.find(server => (rest -= weightOf(server)) < 0) ?? pool.at(-1)
}
