import type { Watched } from '../../../flow/watched.ts'
import type { ServerFailures } from './server-failures.ts'
import { type ServerAddress, keyOf, weightOf } from './server-address.ts'

/** Which server a link connects to. The list is looked at anew each time. */
export interface ServerChoice {
  /** Undefined when there is none. */
  next(): ServerAddress | undefined
  /** The entry as it stands in the list now; undefined when it has left. */
  find(server: ServerAddress): ServerAddress | undefined
  /** Those to go back to when they are well again, the best first. */
  readonly better?: (server: ServerAddress) => readonly ServerAddress[]
  failed(server: ServerAddress): void
  worked(server: ServerAddress): void
}

export interface ServerChoiceOptions {
  readonly servers: Watched<readonly ServerAddress[]>
  readonly failures: ServerFailures
  /** From 0 to below 1. */
  readonly random: () => number
  readonly zone?: string | undefined
}

/** One at random, by weight: of the own zone as long as one of it works, and none that failed lately if there is another. */
export function createRandomChoice(options: ServerChoiceOptions): ServerChoice {
  const { servers, failures, random, zone } = options
  const isNear = (server: ServerAddress) => zone === undefined || server.zone === zone
  const works = (server: ServerAddress) => failures.doubtEndMs(server) === 0
  return {
    ...commonParts(options),
    next() {
      const all = servers.current
      const working = all.filter(works)
      const pools = [working.filter(isNear), working, all.filter(server => !failures.isLastFailed(server)), all]
      return pickByWeight(pools.find(pool => pool.length > 0) ?? [], random)
    },
    ...(zone !== undefined && {
      better: (server: ServerAddress) => (isNear(server) ? [] : servers.current.filter(isNear)),
    }),
  }
}

/** The first of the list that did not fail lately. */
export function createOrderedChoice(options: ServerChoiceOptions): ServerChoice {
  const { servers, failures } = options
  return {
    ...commonParts(options),
    next() {
      const doubts = servers.current.map(server => failures.doubtEndMs(server))
      return servers.current[doubts.indexOf(Math.min(...doubts))]
    },
    better(server) {
      const index = servers.current.findIndex(other => keyOf(other) === keyOf(server))
      return servers.current.slice(0, Math.max(0, index))
    },
  }
}

/** This one or none. */
export function createFixedChoice(server: ServerAddress, servers: ServerChoiceOptions['servers']): ServerChoice {
  const find = () => findIn(servers.current, server)
  return { next: find, find, failed: () => {}, worked: () => {} }
}

function commonParts({ servers, failures }: ServerChoiceOptions): Pick<ServerChoice, 'find' | 'failed' | 'worked'> {
  return {
    find: server => findIn(servers.current, server),
    failed(server) {
      failures.failed(server)
      failures.forgetAllBut(servers.current)
    },
    worked: server => failures.worked(server),
  }
}

function findIn(servers: readonly ServerAddress[], server: ServerAddress): ServerAddress | undefined {
  const key = keyOf(server)
  return servers.find(other => keyOf(other) === key)
}

function pickByWeight(pool: readonly ServerAddress[], random: () => number): ServerAddress | undefined {
  let rest = random() * pool.reduce((sum, server) => sum + weightOf(server), 0)
  return pool.find(server => (rest -= weightOf(server)) < 0) ?? pool.at(-1)
}
