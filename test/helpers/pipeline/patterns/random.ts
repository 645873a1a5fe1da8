import type { Random } from './texts-of.ts'

/** The same numbers for the same seed. */
export function makeRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}
