import type { BlindCall } from './collision-steps.ts'
import type { Generation } from './generations.ts'

/** What can be seen at a look. */
export interface Sight {
  /** Nothing fails, so that what is listed now has to arrive. */
  readonly isGood: boolean
  /** Of files that cannot be opened, too. */
  readonly hasSizes: boolean
  /** What is open can be read. */
  readonly canRead: boolean
  readonly isOpen: (generation: Generation) => boolean
}

/** `failing`: the call that fails for a file, if any. */
export function makeSight(failing: BlindCall | undefined, isOpen: (generation: Generation) => boolean): Sight {
  const isGood = failing === undefined
  return { isGood, hasSizes: isGood || failing === 'open' || failing === 'read', canRead: failing !== 'read', isOpen }
}
