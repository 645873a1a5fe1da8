// Where the groups of a pattern are: Java and JavaScript differ in what a group holds that did not take part.

/** A bracket while it is read, and afterwards. */
export interface Frame {
  readonly outer: Frame | undefined
  /** Of the outer one, in which this one is. */
  readonly branch: number
  branchCount: number
  /** It may be passed without being entered. */
  isOptional: boolean
  isRepeated: boolean
}

export function openFrame(outer: Frame | undefined): Frame {
  return { outer, branch: (outer?.branchCount ?? 1) - 1, branchCount: 1, isOptional: false, isRepeated: false }
}

/** True if the group has matched wherever `here`, a later place, is reached. */
export function hasMatchedAt(group: Frame, here: Frame): boolean {
  const around = new Map<Frame, number>()
  let branch = here.branchCount - 1
  for (let frame: Frame | undefined = here; frame !== undefined; frame = frame.outer) {
    around.set(frame, branch)
    branch = frame.branch
  }
  let inner = group
  if (inner.isOptional) return false
  for (let frame = group.outer; frame !== undefined; inner = frame, frame = frame.outer) {
    const branchHere = around.get(frame)
    if (branchHere !== undefined) return branchHere === inner.branch
    if (frame.isOptional || frame.branchCount > 1) return false
  }
  return true
}

/**
 * True if a repetition may leave the group out after it has matched: Java's group keeps the earlier text then, and
 * JavaScript's does not.
 */
export function isForgotten(group: Frame): boolean {
  let mayBeLeftOut = group.isOptional
  for (let frame = group.outer; frame !== undefined; frame = frame.outer) {
    mayBeLeftOut ||= frame.branchCount > 1
    if (frame.isRepeated && mayBeLeftOut) return true
    mayBeLeftOut ||= frame.isOptional
  }
  return false
}
