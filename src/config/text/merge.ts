import { positionOf } from './json-node.ts'
import type { JsonNode, Member } from './json-node.ts'
import { formatPath } from './key-path.ts'
import type { KeyPath } from './key-path.ts'
import { formatPlace } from './problem.ts'
import type { Problem } from './problem.ts'

/**
 * Merges several files: lists are joined in the order of the files, objects are merged, anything else may be set once.
 */
export function mergeNodes(nodes: readonly JsonNode[], problems: Problem[]): JsonNode | undefined {
  const [first, ...others] = nodes
  if (first === undefined) return undefined
  return others.reduce((merged, node) => mergeTwo(merged, node, { path: [], problems }), first)
}

interface Context {
  readonly path: KeyPath
  readonly problems: Problem[]
}

function mergeTwo(left: JsonNode, right: JsonNode, context: Context): JsonNode {
  if (left.kind === 'array' && right.kind === 'array') return { ...left, items: [...left.items, ...right.items] }
  if (left.kind === 'object' && right.kind === 'object') return mergeObjects(left, right.members, context)
  const earlier = formatPlace(positionOf(left.place))
  const message = `${formatPath(context.path)} is set in two files, first at ${earlier}; it can be set only once`
  context.problems.push({ position: positionOf(right.place), message })
  return left
}

function mergeObjects(
  left: JsonNode & { readonly kind: 'object' },
  others: readonly Member[],
  { path, problems }: Context,
): JsonNode {
  const members = new Map(left.members.map(member => [member.key, member]))
  for (const member of others) {
    const earlier = members.get(member.key)
    const inner = { path: [...path, member.key], problems }
    const merged = earlier && { ...earlier, value: mergeTwo(earlier.value, member.value, inner) }
    members.set(member.key, merged ?? member)
  }
  return { ...left, members: [...members.values()] }
}
