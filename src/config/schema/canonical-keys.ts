import { formatLineOf, positionOf } from '../text/json-node.ts'
import type { JsonNode, Member, Place } from '../text/json-node.ts'
import type { Problem } from '../text/problem.ts'
import { canonicalKey } from './schema-node.ts'
import type { SchemaNode } from './schema-node.ts'

/** Spells every key as the schema does, and removes duplicates and members without a value. */
export function canonicalise(node: JsonNode, schema: SchemaNode, problems: Problem[]): JsonNode {
  if (node.kind === 'array') {
    return { ...node, items: node.items.map(item => canonicalise(item, schema.items ?? {}, problems)) }
  }
  if (node.kind !== 'object') return node
  const first = new Map<string, Place>()
  const members: Member[] = []
  for (const member of node.members) {
    const key = canonicalKey(schema, member.key) ?? member.key
    const earlier = first.get(key)
    if (earlier !== undefined) {
      problems.push({ position: positionOf(member.keyPlace), message: explainDuplicate(member.key, earlier) })
      continue
    }
    first.set(key, member.keyPlace)
    const inner = schema.properties?.[key]
    if (inner !== undefined && isAbsent(member.value, inner)) continue
    members.push({ ...member, key, value: canonicalise(member.value, inner ?? {}, problems) })
  }
  return { ...node, members }
}

/** `null` is absent everywhere, and empty text where logstash-forwarder ignored it. */
function isAbsent(value: JsonNode, schema: SchemaNode): boolean {
  if (value.kind === 'null') return true
  return schema.isAbsentWhenEmpty === true && value.kind === 'string' && value.value === ''
}

function explainDuplicate(key: string, earlier: Place): string {
  return `"${key}" is here twice, first at ${formatLineOf(earlier)}; remove one of them`
}
