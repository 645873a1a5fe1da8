import { parseConfiguredAddress } from '../values/configured-address.ts'
import { describeNode, positionOf } from '../text/json-node.ts'
import type { JsonNode } from '../text/json-node.ts'
import { findNode, formatPath, keyPlaceOf, placeOf } from '../text/key-path.ts'
import type { KeyPath } from '../text/key-path.ts'
import { findNearest } from '../../flow/nearest-word.ts'
import type { Problem } from '../text/problem.ts'
import type { SchemaNode } from './schema-node.ts'
import type { Fault } from './validate.ts'

/** The fault as a message at its position: what was found, what was expected, what was perhaps meant. */
export function explainFault(fault: Fault, root: JsonNode): Problem {
  if (fault.kind === 'unknown') {
    return { position: positionOf(keyPlaceOf(root, fault.path)), message: explainUnknown(fault.path, fault.known) }
  }
  const position = positionOf(placeOf(root, fault.path))
  if (fault.kind === 'missing') return { position, message: explainMissing(fault.path, fault.schema) }
  return { position, message: explainValue(fault.path, fault.schema, findNode(root, fault.path)) }
}

/** True for a missing key if a misspelt one beside it is already reported. */
export function isExplained(fault: Fault, all: readonly Fault[]): boolean {
  if (fault.kind !== 'missing') return false
  const parent = JSON.stringify(fault.path.slice(0, -1))
  return all.some(
    other =>
      other.kind === 'unknown' &&
      JSON.stringify(other.path.slice(0, -1)) === parent &&
      findNearest(String(other.path.at(-1)), other.known) === fault.path.at(-1),
  )
}

function explainUnknown(path: KeyPath, known: readonly string[]): string {
  const nearest = findNearest(String(path.at(-1)), known)
  if (nearest !== undefined) return `${formatPath(path)} is not a known key; did you mean "${nearest}"?`
  const list = known.map(key => `"${key}"`).join(', ')
  return `${formatPath(path)} is not a known key; known here: ${list}`
}

function explainMissing(path: KeyPath, schema: SchemaNode): string {
  return `${formatPath(path)} is missing: expected ${schema.expects ?? 'a value'}`
}

function explainValue(path: KeyPath, schema: SchemaNode, node: JsonNode | undefined): string {
  const found = node === undefined ? 'nothing' : describeNode(node)
  const shown = schema.isSecret === true ? 'something else (hidden)' : found
  const reason = node?.kind === 'string' ? explainText(schema, node.value) : ''
  return `${formatPath(path)}: expected ${schema.expects ?? 'another value'}, found ${shown}${reason}`
}

function explainText(schema: SchemaNode, value: string): string {
  if (schema.expects?.startsWith('"host:port"') === true) {
    const parsed = parseConfiguredAddress(value)
    return 'fault' in parsed ? `: ${parsed.fault}` : ''
  }
  const choices = schema.enum ?? []
  const nearest = findNearest(value, choices.map(String))
  const meant = choices.find(choice => String(choice) === nearest)
  return meant === undefined ? '' : `; did you mean ${JSON.stringify(meant)}?`
}
