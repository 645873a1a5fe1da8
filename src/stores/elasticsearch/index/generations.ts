/** An index of a data stream or rolling alias. */
export interface GenerationIndex {
  readonly name: string
  /** Milliseconds since 1970, by the clock of the server. */
  readonly createdMs: number
}

/** `.ds-` and a date are optional; the number grows with each rollover. */
const ROLLED_OVER = /^(?:\.ds-)?(.+?)(?:-\d{4}\.\d{2}\.\d{2})?-(\d+)$/
/** A shrunk, cloned, downsampled, restored or mounted index has a longer name with the number of its generation. */
const LAST_NUMBER = /-(\d+)$/

/**
 * The names of the indices that could be written at or after `sinceMs`. A generation is written until the rollover that
 * creates the next one. Only indices with the name that a rollover gives show when that was: an index that was made of
 * another one is newer than its generation. An index without a number can be of any generation.
 */
export function findWritableSince(
  indices: readonly GenerationIndex[],
  target: string,
  sinceMs: number,
): readonly string[] {
  const rollovers = indices.flatMap(({ name, createdMs }) => {
    const [, stem, number] = ROLLED_OVER.exec(name) ?? []
    return stem === target ? [{ number: Number(number), createdMs }] : []
  })
  return indices.map(({ name }) => name).filter(name => endMs(name, rollovers) >= sinceMs)
}

function endMs(name: string, rollovers: readonly { readonly number: number; readonly createdMs: number }[]): number {
  const number = Number(LAST_NUMBER.exec(name)?.[1] ?? Number.POSITIVE_INFINITY)
  const later = rollovers.filter(rollover => rollover.number > number).map(({ createdMs }) => createdMs)
  return Math.min(...later) // infinite for the newest generation
}

/**
 * The names of those indices of any targets that could be written at or after `sinceMs`. Only the generations of data streams
 * show that; every other index may be written at any time.
 */
export function findWritableOfAny(indices: readonly GenerationIndex[], sinceMs: number): readonly string[] {
  const streams = Map.groupBy(indices, ({ name }) =>
    name.startsWith('.ds-') ? (ROLLED_OVER.exec(name)?.[1] ?? '') : '',
  )
  return [...streams].flatMap(([stream, own]) => {
    return stream === '' ? own.map(({ name }) => name) : findWritableSince(own, stream, sinceMs)
  })
}
