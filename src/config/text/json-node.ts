import type { PositionMap } from './position-map.ts'
import type { Position } from './problem.ts'

export interface Place {
  readonly map: PositionMap
  /** Index in the text that was parsed. */
  readonly at: number
}

export interface Member {
  readonly key: string
  readonly keyPlace: Place
  readonly value: JsonNode
}

/** A JSON value with its position. */
export type JsonNode = { readonly place: Place } & (
  | { readonly kind: 'object'; readonly members: readonly Member[] }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'null' }
)

export function positionOf({ map, at }: Place): Position {
  return map.positionAt(at)
}

export function formatLineOf(place: Place): string {
  const { line, column } = positionOf(place)
  return `line ${line}, column ${column}`
}

/** The plain value. Every key becomes an own property, even `__proto__`. */
export function toData(node: JsonNode): unknown {
  if (node.kind === 'null') return null
  if (node.kind === 'array') return node.items.map(item => toData(item))
  if (node.kind !== 'object') return node.value
  const data = {}
  for (const { key, value } of node.members) {
    Object.defineProperty(data, key, { value: toData(value), enumerable: true, writable: true, configurable: true })
  }
  return data
}

/** Describes the value in an error: at most the beginning of a text. */
export function describeNode(node: JsonNode): string {
  if (node.kind === 'object') return node.members.length === 0 ? 'an empty object' : 'an object'
  if (node.kind === 'array') return node.items.length === 0 ? 'an empty list' : 'a list'
  if (node.kind === 'null') return 'null'
  if (node.kind !== 'string') return String(node.value)
  return JSON.stringify(node.value.length > 60 ? `${node.value.slice(0, 60)}…` : node.value)
}
