/** Events by target, '' if the store has only one. */
export type TargetCounts = ReadonlyMap<string, number>

/** Items without a target are not counted. Neighbours mostly have the same one, so they are counted in runs. */
export function countByTarget<Item>(
  items: readonly Item[],
  targetOf: (item: Item) => string | undefined,
): Map<string, number> {
  const counts = new Map<string, number>()
  let run: string | undefined
  let length = 0
  const endRun = () => {
    if (run !== undefined) counts.set(run, (counts.get(run) ?? 0) + length)
  }
  for (const item of items) {
    const target = targetOf(item)
    if (target === run) {
      length += 1
      continue
    }
    endRun()
    run = target
    length = 1
  }
  endRun()
  return counts
}
